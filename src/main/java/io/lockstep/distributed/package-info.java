/**
 * The same step, with the gradients summed by Spark.
 *
 * <p>{@link io.lockstep.distributed.ShardedData} deals DataFrames into shards on the executors;
 * {@link io.lockstep.distributed.DistributedTrainer} runs a {@link
 * io.lockstep.training.TrainingSession} over them in one of two {@link
 * io.lockstep.distributed.Synchronization} modes with the same bits. When a barrier stage loses a
 * worker, the {@code RecoveryLoop} goes on with another stage.
 */
package io.lockstep.distributed;
