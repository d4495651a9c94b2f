package io.lockstep.training;

/** Predictions counted against labels, and the loss, summed over examples. */
public final class EvaluationSum implements WorkSum {
  private static final long serialVersionUID = 1L;

  private final int classes;
  private final long[] confusion;
  private double lossSum;

  /** The sum over no examples. */
  public EvaluationSum(int classes) {
    this(classes, new long[Math.multiplyExact(classes, classes)], 0);
  }

  /** A sum that takes over {@code confusion}: {@code [label * classes + prediction]}. */
  public EvaluationSum(int classes, long[] confusion, double lossSum) {
    this.classes = classes;
    this.confusion = confusion;
    this.lossSum = lossSum;
  }

  void count(int label, int prediction, double loss) {
    confusion[label * classes + prediction]++;
    lossSum += loss;
  }

  @Override
  public void add(WorkSum other) {
    EvaluationSum that = (EvaluationSum) other;
    for (int i = 0; i < confusion.length; i++) {
      confusion[i] += that.confusion[i];
    }
    lossSum += that.lossSum;
  }

  public int classes() {
    return classes;
  }

  /** Examples of {@code label} that were taken for {@code prediction}. */
  public long count(int label, int prediction) {
    return confusion[label * classes + prediction];
  }

  /** All counts, {@code [label * classes + prediction]}; shared, not copied. */
  public long[] confusion() {
    return confusion;
  }

  /** Loss summed over the examples, in nats. */
  public double lossSum() {
    return lossSum;
  }

  /** Number of examples. */
  public long examples() {
    long sum = 0;
    for (long count : confusion) {
      sum += count;
    }
    return sum;
  }

  /** Examples whose prediction was their label. */
  public long correct() {
    long sum = 0;
    for (int k = 0; k < classes; k++) {
      sum += count(k, k);
    }
    return sum;
  }

  /** Fraction of correct predictions; NaN without examples. */
  public double accuracy() {
    return (double) correct() / examples();
  }

  /** Loss per example in nats; NaN without examples. */
  public double meanLoss() {
    return lossSum / examples();
  }
}
