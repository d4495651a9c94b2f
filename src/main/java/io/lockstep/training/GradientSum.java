package io.lockstep.training;

/**
 * A share of an SGD step: sums over its examples.
 *
 * <p>Means of means are wrong as soon as two shares differ in size, so the one division by {@link
 * #examples()} happens after all shares were added.
 */
public final class GradientSum implements WorkSum {
  private static final long serialVersionUID = 1L;

  private final float[] gradient;
  private double lossSum;
  private long correct;
  private long examples;

  /** The sum over no examples. */
  public GradientSum(int parameterCount) {
    this(new float[parameterCount], 0, 0, 0);
  }

  /** A sum that takes over {@code gradient}. */
  public GradientSum(float[] gradient, double lossSum, long correct, long examples) {
    this.gradient = gradient;
    this.lossSum = lossSum;
    this.correct = correct;
    this.examples = examples;
  }

  /** Replaces the counts; the gradient is written in place. */
  void set(double newLossSum, long newCorrect, long newExamples) {
    lossSum = newLossSum;
    correct = newCorrect;
    examples = newExamples;
  }

  @Override
  public void add(WorkSum other) {
    GradientSum that = (GradientSum) other;
    float[] addend = that.gradient;
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] += addend[i];
    }
    lossSum += that.lossSum;
    correct += that.correct;
    examples += that.examples;
  }

  /** dLoss/dParameters summed over the examples; shared, not copied. */
  public float[] gradient() {
    return gradient;
  }

  /** Loss summed over the examples, in nats. */
  public double lossSum() {
    return lossSum;
  }

  /** Examples whose largest logit was their label's. */
  public long correct() {
    return correct;
  }

  /** Number of examples. */
  public long examples() {
    return examples;
  }
}
