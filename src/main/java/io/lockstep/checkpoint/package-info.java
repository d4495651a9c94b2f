/**
 * A run's states on disk, and whose they are.
 *
 * <p>A {@link io.lockstep.checkpoint.CheckpointWriter} listens to a {@link
 * io.lockstep.training.TrainingSession} and writes {@link io.lockstep.checkpoint.Checkpoint}s into
 * {@link io.lockstep.checkpoint.Checkpoints}, a folder of any filesystem that Hadoop knows. Each
 * carries the {@link io.lockstep.checkpoint.RunIdentity} of its run: another run is refused.
 */
package io.lockstep.checkpoint;
