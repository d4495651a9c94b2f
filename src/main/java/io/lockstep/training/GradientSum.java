package io.lockstep.training;

/**
 * A share of an SGD step: sums over its examples.
 *
 * <p>Means of means are wrong as soon as two shares differ in size, so the one division by {@link
 * #weight()} happens after all shares were added.
 */
public final class GradientSum implements WorkSum {
  private static final long serialVersionUID = 1L;

  private final float[] gradient;
  private final GradientFormat format;
  private double lossSum;
  private long correct;
  private long examples;
  private double weight;

  /** The sum over no examples. */
  public GradientSum(int parameterCount) {
    this(parameterCount, GradientFormat.FLOAT32);
  }

  /** The sum over no examples, which whoever adds to it rounds. */
  GradientSum(int parameterCount, GradientFormat format) {
    this(new float[parameterCount], format, 0, 0, 0, 0);
  }

  /** A sum that takes over {@code gradient}. */
  public GradientSum(float[] gradient, double lossSum, long correct, long examples, double weight) {
    this(gradient, GradientFormat.FLOAT32, lossSum, correct, examples, weight);
  }

  /** A sum that takes over {@code gradient}, whose learned values are of {@code format}. */
  public GradientSum(
      float[] gradient,
      GradientFormat format,
      double lossSum,
      long correct,
      long examples,
      double weight) {
    this.gradient = gradient;
    this.format = format;
    set(lossSum, correct, examples, weight);
  }

  /** Replaces the counts; the gradient is written in place. */
  final void set(double newLossSum, long newCorrect, long newExamples, double newWeight) {
    lossSum = newLossSum;
    correct = newCorrect;
    examples = newExamples;
    weight = newWeight;
  }

  /** Adds to the counts; the gradient is added to in place. */
  final void count(double addedLoss, long addedCorrect, long addedExamples, double addedWeight) {
    set(
        lossSum + addedLoss,
        correct + addedCorrect,
        examples + addedExamples,
        weight + addedWeight);
  }

  @Override
  public void add(WorkSum other) {
    GradientSum that = (GradientSum) other;
    float[] addend = that.gradient;
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] += addend[i];
    }
    count(that.lossSum, that.correct, that.examples, that.weight);
  }

  /** The same counts, with {@code part} of the gradient. */
  public GradientSum with(float[] part) {
    return new GradientSum(part, format, lossSum, correct, examples, weight);
  }

  /**
   * dLoss/dParameters, times the example's weight, summed; of {@link LocalSteps}, the change of the
   * weights times the examples' weight. Shared, not copied.
   */
  public float[] gradient() {
    return gradient;
  }

  /** What the learned values of the gradient are rounded to. */
  public GradientFormat format() {
    return format;
  }

  /** Loss in nats, times the example's weight, summed. */
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

  /** Sum of the examples' weights: their number, unless the data has weights. */
  public double weight() {
    return weight;
  }
}
