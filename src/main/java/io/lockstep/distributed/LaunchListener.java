package io.lockstep.distributed;

import java.util.List;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskInfo;

/** Tells a coordinator where Spark launched its workers, those that never join included. */
final class LaunchListener extends SparkListener {
  private static final int UNKNOWN = -1;

  private final String jobTag;
  private final Coordinator coordinator;
  private int stage = UNKNOWN;

  LaunchListener(String jobTag, Coordinator coordinator) {
    this.jobTag = jobTag;
    this.coordinator = coordinator;
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    String tags = start.properties().getProperty("spark.job.tags", "");
    if (List.of(tags.split(",", -1)).contains(jobTag)) {
      for (int i = 0; i < start.stageInfos().size(); i++) {
        stage = Math.max(stage, start.stageInfos().apply(i).stageId()); // the last one's result
      }
    }
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    if (start.stageId() == stage) {
      TaskInfo task = start.taskInfo();
      coordinator.launched(task.index(), task.executorId(), task.host());
    }
  }
}
