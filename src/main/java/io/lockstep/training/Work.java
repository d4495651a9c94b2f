package io.lockstep.training;

/**
 * What every worker does in one round.
 *
 * @param round counts up by one; a worker's report names it
 * @param kind what to compute
 * @param epoch 1-based
 * @param step 0-based within the epoch; for {@link Kind#GRADIENT} only
 * @param repeats how often to do it, each time with the weights of its own step, before the report;
 *     1, but for those who make the steps themselves
 * @param weights the parameter vector; not to be modified
 * @param squares instead of weights, what an owner of a slice says of its sums where gradients are
 *     clipped: see {@link GradientLength}; else empty
 */
public record Work(
    long round, Kind kind, int epoch, int step, int repeats, float[] weights, double[] squares) {
  private static final double[] NO_SQUARES = {};

  /** Work with weights. */
  public Work(long round, Kind kind, int epoch, int step, float[] weights) {
    this(round, kind, epoch, step, weights, NO_SQUARES);
  }

  /** Work to be done once. */
  public Work(long round, Kind kind, int epoch, int step, float[] weights, double[] squares) {
    this(round, kind, epoch, step, 1, weights, squares);
  }

  /** Its repeat {@code number}, counted from 0, alone. */
  public Work at(int number) {
    return new Work(round, kind, epoch, step + number, weights, squares);
  }

  /** The same work with other weights. */
  public Work with(float[] others) {
    return new Work(round, kind, epoch, step, repeats, others, squares);
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
