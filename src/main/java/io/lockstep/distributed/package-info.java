/**
 * The same step, with the gradients summed by Spark.
 *
 * <p>{@link io.lockstep.distributed.ShardedData} deals DataFrames into shards on the executors;
 * {@link io.lockstep.distributed.DistributedTrainer} runs a {@link
 * io.lockstep.training.TrainingSession} over them in one of two {@link
 * io.lockstep.distributed.Synchronization} modes with the same bits. When a barrier stage loses a
 * worker, the {@code RecoveryLoop} goes on with another stage.
 *
 * <p>A task is a worker: a {@link io.lockstep.training.WorkerTeam} of as many threads as Spark
 * gives it cores. Where driver and worker are in different JVMs, a round is computed by the thread
 * that read the driver's answer, and the driver's part of it by the thread that read the last
 * report: see {@code AnsweredRounds} and {@code Coordinator}.
 *
 * <p>A barrier stage's gradients meet at the driver's {@code Coordinator}, or, see {@link
 * io.lockstep.distributed.Topology}, at the workers: slice by slice, {@code SliceOwner}, or all at
 * each, {@code PeerRounds}; then the driver knows the counts of each step, and the weights when it
 * asks for them.
 */
package io.lockstep.distributed;
