/**
 * One SGD step after another, without Spark: the gradient of a shard's rows, sums over shards in a
 * fixed tree, the optimizer, and the {@link io.lockstep.training.TrainingSession} that knows what
 * comes next. {@link io.lockstep.training.LocalTrainer} is the plain reference that every
 * distributed run equals bit for bit.
 */
package io.lockstep.training;
