package io.lockstep.network;

import io.lockstep.lanes.ByteRows;
import io.lockstep.lanes.Lanes;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores examples with a trained network, or with several as one, {@link #width()} at a time. Owned
 * by one thread.
 *
 * <p>The models' weights must not change: what is made of them is kept.
 *
 * <p>The answer to an example is the same bits whatever examples, and how many, stand beside it:
 * each has a lane of its own.
 */
public final class BatchScorer {
  /** More examples than this at a time are no faster. */
  static final int MAX_WIDTH = 128;

  private final List<Member> members = new ArrayList<>();
  private final int width;

  /** The batch's examples, one after another, as they came: one of the two is in use. */
  private byte[] bytes = {};

  private float[] floats = {};
  private boolean areBytes;
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
    private final ByteRows ofBytes;
    private boolean hasScored;
    private Lanes logits;

    /**
     * Of the example of this batch that was asked for last, or null: what takes most of the time of
     * its loss is that of its probabilities.
     */
    private Softmax softmax;

    Member(TrainedNetwork model, int examples) {
      this.model = model;
      this.workspace = model.network().newScoringWorkspace(examples);
      this.ofBytes = model.normalization().ofBytes();
    }

    void score(byte[] rows, int examples) {
      ofBytes.put(rows, 0, examples, workspace.input(), 0);
      score(examples);
    }

    void score(float[] rows, int examples) {
      Lanes input = workspace.input();
      input.put(rows, 0, 0, examples);
      float[] values = input.data();
      for (int i = 0; i < values.length; i++) {
        values[i] = model.normalization().apply(values[i]);
      }
      score(examples);
    }

    private void score(int examples) {
      workspace.input().clear(examples);
      workspace.batch().score(!hasScored);
      logits = model.network().logits(model.weights(), workspace);
      softmax = null;
      hasScored = true;
    }

    Softmax softmax(int example) {
      if (softmax == null || softmax.image() != example) {
        softmax = new Softmax(logits, example);
      }
      return softmax;
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

  /**
   * Adds an example of one unsigned byte a value, meaning {@code value / 255}.
   *
   * @throws IllegalStateException if the batch is full, or of floats
   */
  public void add(byte[] values) {
    int offset = nextExample(values.length, true);
    if (bytes.length == 0) {
      bytes = new byte[width * values.length];
    }
    System.arraycopy(values, 0, bytes, offset, values.length);
  }

  /**
   * Adds an example.
   *
   * @throws IllegalStateException if the batch is full, or of bytes
   */
  public void add(float[] values) {
    int offset = nextExample(values.length, false);
    if (floats.length == 0) {
      floats = new float[width * values.length];
    }
    System.arraycopy(values, 0, floats, offset, values.length);
  }

  private int nextExample(int size, boolean ofBytes) {
    if (isFull()) {
      throw new IllegalStateException("the batch is full: call score and clear");
    }
    if (examples > 0 && ofBytes != areBytes) {
      throw new IllegalStateException("a batch is of bytes or of floats: call score and clear");
    }
    first().model.requireInputSize(size);
    areBytes = ofBytes;
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
    for (Member member : members) {
      if (areBytes) {
        member.score(bytes, examples);
      } else {
        member.score(floats, examples);
      }
    }
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
      double[] own = member.softmax(example).probabilities();
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
    return isAlone() ? first().softmax(example).probabilities() : averages[example].clone();
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
        ? first().softmax(example).loss(label)
        : -StrictMath.log(averages[example][label]);
  }
}
