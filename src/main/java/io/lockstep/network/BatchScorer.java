package io.lockstep.network;

import io.lockstep.lanes.Lanes;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores examples with a trained network, or with several as one, {@link #width()} at a time. Owned
 * by one thread.
 *
 * <p>The answer to an example is the same bits whatever examples, and how many, stand beside it:
 * each has a lane of its own.
 */
public final class BatchScorer {
  /** More examples than this at a time are no faster. */
  static final int MAX_WIDTH = 256;

  private final List<Member> members = new ArrayList<>();
  private final int width;
  private int examples;

  /** Class probabilities, example after example: the mean over several members. */
  private double[][] averages = {};

  /** A scorer of {@code models}, which have one input and as many classes. */
  BatchScorer(List<TrainedNetwork> models, int examples) {
    int narrowest = Integer.MAX_VALUE;
    for (TrainedNetwork model : models) {
      Member member = new Member(model, examples);
      members.add(member);
      narrowest = Math.min(narrowest, member.workspace.width());
    }
    this.width = narrowest;
  }

  /** A network at work. */
  private static final class Member {
    private final TrainedNetwork model;
    private final Workspace workspace;
    private final float[] rows;
    private final float[] ofBytes;
    private boolean hasScored;
    private Lanes logits;

    Member(TrainedNetwork model, int examples) {
      this.model = model;
      this.workspace = model.network().newScoringWorkspace(examples);
      this.rows = new float[workspace.input().data().length];
      this.ofBytes = model.normalization().ofBytes();
    }

    void put(int offset, byte[] values) {
      for (int i = 0; i < values.length; i++) {
        rows[offset + i] = ofBytes[values[i] & 0xff];
      }
    }

    void put(int offset, float[] values) {
      for (int i = 0; i < values.length; i++) {
        rows[offset + i] = model.normalization().apply(values[i]);
      }
    }

    void score(int examples) {
      workspace.input().fill(rows, 0, examples);
      workspace.batch().score(!hasScored);
      hasScored = true;
      logits = model.network().logits(model.weights(), workspace);
    }
  }

  /** Examples of a full batch. */
  public int width() {
    return width;
  }

  /** Begins a batch of no examples. */
  public void clear() {
    examples = 0;
  }

  /** Number of examples in the batch. */
  public int examples() {
    return examples;
  }

  /** Whether the batch has {@link #width()} examples. */
  public boolean isFull() {
    return examples == width();
  }

  /** Adds an example of one unsigned byte a value, meaning {@code value / 255}. */
  public void add(byte[] values) {
    int offset = nextExample(values.length);
    members.forEach(member -> member.put(offset, values));
  }

  /** Adds an example. */
  public void add(float[] values) {
    int offset = nextExample(values.length);
    members.forEach(member -> member.put(offset, values));
  }

  private int nextExample(int size) {
    if (isFull()) {
      throw new IllegalStateException("the batch is full: call score and clear");
    }
    first().model.requireInputSize(size);
    return examples++ * size;
  }

  private Member first() {
    return members.get(0);
  }

  private boolean isAlone() {
    return members.size() == 1;
  }

  /** Computes the answers to the batch. */
  public void score() {
    members.forEach(member -> member.score(examples));
    if (!isAlone()) {
      averages = new double[examples][];
      for (int example = 0; example < examples; example++) {
        averages[example] = average(example);
      }
    }
  }

  private double[] average(int example) {
    double[] mean = new double[first().logits.size()];
    for (Member member : members) {
      double[] own = SoftmaxCrossEntropy.probabilities(member.logits, example);
      for (int k = 0; k < mean.length; k++) {
        mean[k] += own[k];
      }
    }
    for (int k = 0; k < mean.length; k++) {
      mean[k] /= members.size();
    }
    return mean;
  }

  /**
   * The logits of an example of the last {@link #score}; of several networks, the logarithms of
   * their mean probabilities.
   */
  public float[] logits(int example) {
    float[] result = new float[first().logits.size()];
    for (int k = 0; k < result.length; k++) {
      result[k] =
          isAlone() ? first().logits.get(k, example) : (float) StrictMath.log(averages[example][k]);
    }
    return result;
  }

  /** The class probabilities of an example of the last {@link #score}. */
  public double[] probabilities(int example) {
    return isAlone()
        ? SoftmaxCrossEntropy.probabilities(first().logits, example)
        : averages[example].clone();
  }

  /** The class with the largest logit, or mean probability; the first of equals. */
  public int prediction(int example) {
    if (isAlone()) {
      return SoftmaxCrossEntropy.prediction(first().logits, example);
    }
    int best = 0;
    for (int k = 1; k < averages[example].length; k++) {
      if (averages[example][k] > averages[example][best]) {
        best = k;
      }
    }
    return best;
  }

  /** The loss of an example of the last {@link #score}, in nats. */
  public double loss(int example, int label) {
    return isAlone()
        ? SoftmaxCrossEntropy.loss(first().logits, example, label)
        : -StrictMath.log(averages[example][label]);
  }
}
