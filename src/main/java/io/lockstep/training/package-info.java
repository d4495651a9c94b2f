/**
 * One SGD step after another, without Spark: the gradient of a shard's rows, sums over shards in a
 * fixed tree, the optimizer, and the {@link io.lockstep.training.TrainingSession} that knows what
 * comes next. {@code LocalSteps} are a shard's own, between two averages of all. {@link
 * io.lockstep.training.LocalTrainer} is the plain reference that every distributed run equals bit
 * for bit.
 */
package io.lockstep.training;
