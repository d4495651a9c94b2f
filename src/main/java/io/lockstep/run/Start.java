package io.lockstep.run;

import io.lockstep.checkpoint.CheckpointWriter;
import io.lockstep.checkpoint.Checkpoints;
import io.lockstep.checkpoint.RunIdentity;
import io.lockstep.training.Position;
import io.lockstep.training.RunPlan;
import io.lockstep.training.Snapshot;
import io.lockstep.training.TrainingConfig;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingSession;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * From where a run trains: first weights, or a checkpoint. Used once: what it holds, which is as
 * large as the run's own state, is let go of as soon as the session has it.
 */
public final class Start {
  private final Position position;
  private final Optional<Resumed> resumed;
  private Optional<Opening> opening;

  /** Makes the session that goes on from here. */
  @FunctionalInterface
  private interface Opening {
    TrainingSession session(
        RunDescription run, RunPlan plan, boolean validates, TrainingListener listener);
  }

  /** Which checkpoint, and which of other arithmetic are accepted. */
  private record Resumed(
      CheckpointWriter.Written checkpoint, RunIdentity run, RunIdentity.Accepted accepted) {}

  private Start(Position position, Optional<Resumed> resumed, Opening opening) {
    this.position = position;
    this.resumed = resumed;
    this.opening = Optional.of(opening);
  }

  /** First weights, as the run's initialisers draw them. */
  public static Start drawn() {
    return new Start(
        Position.START,
        Optional.empty(),
        (run, plan, validates, listener) -> {
          TrainingConfig training = run.config().training();
          float[] weights = run.config().init().draw(run.network(), training.seeds());
          return fresh(run, plan, weights, validates, listener);
        });
  }

  /** First weights that were given; taken over. */
  public static Start given(float[] weights) {
    return new Start(
        Position.START,
        Optional.empty(),
        (run, plan, validates, listener) -> fresh(run, plan, weights, validates, listener));
  }

  private static TrainingSession fresh(
      RunDescription run,
      RunPlan plan,
      float[] weights,
      boolean validates,
      TrainingListener listener) {
    return new TrainingSession(
        run.config().training(), plan, weights, validates, run.maxSteps(), listener);
  }

  /**
   * The newest whole checkpoint; empty if there is none at all.
   *
   * @param notices hears, in a line each, of newer ones that are damaged
   * @param accepted which of other arithmetic may be gone on from
   */
  public static Optional<Start> newest(
      Checkpoints checkpoints, Consumer<String> notices, RunIdentity.Accepted accepted) {
    return checkpoints
        .newest(notices)
        .map(
            found -> {
              Snapshot state = found.checkpoint().state();
              return new Start(
                  state.position(),
                  Optional.of(new Resumed(found.written(), found.checkpoint().run(), accepted)),
                  (run, plan, validates, listener) ->
                      new TrainingSession(
                          run.config().training(),
                          plan,
                          state,
                          validates,
                          run.maxSteps(),
                          listener));
            });
  }

  /** Where the run stands before its next step. */
  public Position position() {
    return position;
  }

  /** The checkpoint that it is, if it is one. */
  public Optional<CheckpointWriter.Written> checkpoint() {
    return resumed.map(Resumed::checkpoint);
  }

  /** The run that its checkpoint is of. */
  public Optional<RunIdentity> run() {
    return resumed.map(Resumed::run);
  }

  /**
   * Refuses {@code run} if this is a checkpoint of another one.
   *
   * @throws io.lockstep.base.InvalidInputException naming the first value that differs
   */
  public void requireOf(RunIdentity run) {
    resumed.ifPresent(
        there ->
            RunDescription.completed(there.run)
                .requireSame(run, there.checkpoint.file(), there.accepted));
  }

  /** Whether this is the checkpoint of a run that judged no epoch, and {@code run} judges each. */
  public boolean seeksBestAnew(RunDescription run) {
    boolean validates = run.config().data().validationRows() > 0;
    return run.config().training().selection().keepsBest(validates)
        && position.epoch() > 1
        && position.best().isEmpty();
  }

  /** The session that goes on from here; once. */
  TrainingSession session(
      RunDescription run, RunPlan plan, boolean validates, TrainingListener listener) {
    Opening once =
        opening.orElseThrow(() -> new IllegalStateException("a run was started from here already"));
    opening = Optional.empty();
    return once.session(run, plan, validates, listener);
  }
}
