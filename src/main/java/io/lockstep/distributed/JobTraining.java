package io.lockstep.distributed;

import io.lockstep.data.ShardGroup;
import io.lockstep.training.RangeSum;
import io.lockstep.training.RunPlan;
import io.lockstep.training.Slicing;
import io.lockstep.training.TrainingSession;
import io.lockstep.training.Work;
import io.lockstep.training.WorkerTeam;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;

/**
 * The {@link Synchronization#JOB} mode: for each round, broadcast the weights, run a job, add what
 * its tasks return. Lost tasks are Spark's business.
 */
final class JobTraining {
  private JobTraining() {}

  /** Runs {@code session} to its end with a task for each group of shards. */
  static void run(
      JavaSparkContext spark, JavaRDD<ShardGroup> groups, RunPlan plan, TrainingSession session) {
    Broadcast<RunPlan> sharedPlan = spark.broadcast(plan);
    try {
      while (session.work().kind() != Work.Kind.STOP) {
        round(spark, groups, sharedPlan, session);
      }
    } finally {
      Uninterrupted.destroy(sharedPlan);
    }
  }

  private static void round(
      JavaSparkContext spark,
      JavaRDD<ShardGroup> groups,
      Broadcast<RunPlan> plan,
      TrainingSession session) {
    Work work = session.work();
    Broadcast<float[]> weights = spark.broadcast(work.weights());
    List<TaskSums> tasks;
    try {
      Job job = new Job(plan, weights, work.round(), work.kind(), work.epoch(), work.step());
      tasks = OwnJobs.run(spark, "Spark gave up on a step", () -> groups.map(job).collect());
    } finally {
      Uninterrupted.destroy(weights);
    }
    List<RangeSum> sums = new ArrayList<>();
    long kernelNanos = 0;
    for (TaskSums task : tasks) {
      sums.addAll(task.sums());
      kernelNanos = Math.max(kernelNanos, task.kernelNanos());
    }
    session.complete(sums, kernelNanos, Slicing.ALONE);
  }

  private record TaskSums(List<RangeSum> sums, long kernelNanos) implements Serializable {}

  private record Job(
      Broadcast<RunPlan> plan,
      Broadcast<float[]> weights,
      long round,
      Work.Kind kind,
      int epoch,
      int step)
      implements Function<ShardGroup, TaskSums> {
    @Override
    public TaskSums call(ShardGroup shards) {
      try (WorkerTeam worker = new WorkerTeam(plan.value(), shards, TaskContext.get().cpus())) {
        long start = System.nanoTime();
        List<RangeSum> sums = worker.run(new Work(round, kind, epoch, step, weights.value()));
        return new TaskSums(new ArrayList<>(sums), System.nanoTime() - start);
      }
    }
  }
}
