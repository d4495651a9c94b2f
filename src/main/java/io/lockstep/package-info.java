/**
 * Exact data-parallel neural network training on Apache Spark. One run, in order:
 *
 * <ol>
 *   <li>{@link io.lockstep.cli.Main} reads a run file, a {@link io.lockstep.run.RunConfig}: a
 *       {@link io.lockstep.network.NetworkSpec}, a {@link io.lockstep.training.TrainingConfig}, and
 *       how to spread it. {@link io.lockstep.run.Run} puts all that follows together.
 *   <li>{@code spark.read().format("mnist")} gives {@code row, label, features} ({@link
 *       io.lockstep.data.spark.MnistDataSource}); without MNIST, {@link io.lockstep.data.Digits}.
 *   <li>{@link io.lockstep.distributed.ShardedData} deals the rows round-robin to {@link
 *       io.lockstep.data.Shard}s, cached on the executors, one {@link io.lockstep.data.ShardGroup}
 *       per worker. In local mode it deals the images that were read to be checked, without a
 *       DataFrame.
 *   <li>{@link io.lockstep.training.TrainingSession}, on the driver, holds the weights and says
 *       what {@link io.lockstep.training.Work} comes next.
 *   <li>{@link io.lockstep.training.ShardWorker}, in each task, runs the {@link
 *       io.lockstep.network.Network} on the rows that the {@link io.lockstep.data.RowSchedule}
 *       names, side by side in {@link io.lockstep.lanes.Lanes}, and returns a {@link
 *       io.lockstep.training.GradientSum} per node of the {@link io.lockstep.training.ShardTree}.
 *   <li>{@link io.lockstep.distributed.DistributedTrainer} brings the two together, in one of two
 *       {@link io.lockstep.distributed.Synchronization} modes; {@link
 *       io.lockstep.training.LocalTrainer} does the same without Spark, and is the reference.
 *   <li>The session divides by the examples, the {@link io.lockstep.training.Optimizer} makes one
 *       step, and all go on from the same weights.
 *   <li>Between steps {@link io.lockstep.checkpoint.CheckpointWriter} keeps a {@link
 *       io.lockstep.training.Snapshot} of the session in {@link
 *       io.lockstep.checkpoint.Checkpoints}: a session made from one ends with the same bits.
 *   <li>{@link io.lockstep.report.RunFolder} writes the history, {@link
 *       io.lockstep.evaluation.Metrics} and the {@link io.lockstep.network.TrainedNetwork}.
 * </ol>
 *
 * <p>In a Spark program, {@link io.lockstep.model.NeuralNetworkClassifier} does the same on a
 * DataFrame, and its model scores others through {@link io.lockstep.network.BatchScorer}.
 */
package io.lockstep;
