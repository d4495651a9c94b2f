package io.lockstep.training;

/**
 * What every worker does in one round.
 *
 * @param round counts up by one; a worker's report names it
 * @param kind what to compute
 * @param epoch 1-based
 * @param step 0-based within the epoch; for {@link Kind#GRADIENT} only
 * @param weights the parameter vector; not to be modified
 * @param squares instead of weights, what an owner of a slice says of its sums where gradients are
 *     clipped: see {@link GradientLength}; else empty
 */
public record Work(long round, Kind kind, int epoch, int step, float[] weights, double[] squares) {
  private static final double[] NO_SQUARES = {};

  /** Work with weights. */
  public Work(long round, Kind kind, int epoch, int step, float[] weights) {
    this(round, kind, epoch, step, weights, NO_SQUARES);
  }

  /** The kinds of work. */
  public enum Kind {
    /** A {@link GradientSum} over the rows of one step, or of the {@link LocalSteps} from it on. */
    GRADIENT,
    /** An {@link EvaluationSum} over the validation rows. */
    VALIDATION,
    /** An {@link EvaluationSum} over the test rows. */
    TEST,
    /** What the holders of weights and optimizer know, where the driver does not. */
    STATE,
    /** Nothing any more: the run is over. */
    STOP
  }
}
