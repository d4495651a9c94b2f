package io.lockstep.training;

/**
 * Told of every step, epoch and recovery, in order, one call at a time, by whichever thread
 * finished it. A slow listener slows the training.
 */
public interface TrainingListener {
  /** Hears nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /** After the update of each step. */
  default void onStep(StepReport report) {}

  /** After the evaluation that follows each epoch, or the last step of a run cut short. */
  default void onEpoch(EpochReport report) {}

  /** After the first round that a lost worker's successors completed. */
  default void onRecovery(Recovery recovery) {}

  /**
   * Whether {@link #betweenSteps} will want the state after the step that was made. It costs
   * nothing where the session has it, and has to be gathered where others hold it.
   */
  default boolean wantsState(Position position, boolean epochEnds) {
    return false;
  }

  /**
   * Steps after which {@link #wantsState} is to be asked again, at the latest: those who make the
   * steps may make several at once. At least 1; a later one by default.
   */
  default long stepsToState(Position position) {
    return Long.MAX_VALUE;
  }

  /**
   * After each step, once the session is ready for what follows; where others hold the state, after
   * those steps alone at which it was gathered. An exception ends the run.
   */
  default void betweenSteps(StepBoundary boundary) {}

  /** Tells this listener, then {@code next}. */
  default TrainingListener andThen(TrainingListener next) {
    TrainingListener first = this;
    return new TrainingListener() {
      @Override
      public void onStep(StepReport report) {
        first.onStep(report);
        next.onStep(report);
      }

      @Override
      public void onEpoch(EpochReport report) {
        first.onEpoch(report);
        next.onEpoch(report);
      }

      @Override
      public void onRecovery(Recovery recovery) {
        first.onRecovery(recovery);
        next.onRecovery(recovery);
      }

      @Override
      public boolean wantsState(Position position, boolean epochEnds) {
        return first.wantsState(position, epochEnds) || next.wantsState(position, epochEnds);
      }

      @Override
      public long stepsToState(Position position) {
        return Math.min(first.stepsToState(position), next.stepsToState(position));
      }

      @Override
      public void betweenSteps(StepBoundary boundary) {
        first.betweenSteps(boundary);
        next.betweenSteps(boundary);
      }
    };
  }
}
