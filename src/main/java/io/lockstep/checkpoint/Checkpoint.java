package io.lockstep.checkpoint;

import io.lockstep.training.Snapshot;

/**
 * A run between two steps.
 *
 * @param run which one
 * @param state from where it goes on
 */
public record Checkpoint(RunIdentity run, Snapshot state) {}
