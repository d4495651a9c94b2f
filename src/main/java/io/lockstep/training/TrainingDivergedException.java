package io.lockstep.training;

/** The loss of a step is no longer a finite number; going on would only spread it. */
public final class TrainingDivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TrainingDivergedException(String message) {
    super(message);
  }
}
