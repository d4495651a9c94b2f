package io.lockstep.network;

import io.lockstep.lanes.Lanes;

/**
 * Scores examples with a trained network, {@link #width()} at a time. Owned by one thread.
 *
 * <p>The logits of an example are the same bits whatever examples, and how many, stand beside it:
 * each has a lane of its own.
 */
public final class BatchScorer {
  /** More examples than this at a time are no faster. */
  static final int MAX_WIDTH = 256;

  private final TrainedNetwork model;
  private final Workspace workspace;
  private final float[] rows;
  private final float[] ofBytes;
  private int examples;
  private Lanes logits;

  BatchScorer(TrainedNetwork model, int examples) {
    this.model = model;
    this.workspace = model.network().newWorkspace(examples);
    this.rows = new float[workspace.input().data().length];
    this.ofBytes = model.normalization().ofBytes();
  }

  /** Examples of a full batch. */
  public int width() {
    return workspace.width();
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
    for (int i = 0; i < values.length; i++) {
      rows[offset + i] = ofBytes[values[i] & 0xff];
    }
  }

  /** Adds an example. */
  public void add(float[] values) {
    int offset = nextExample(values.length);
    for (int i = 0; i < values.length; i++) {
      rows[offset + i] = model.normalization().apply(values[i]);
    }
  }

  private int nextExample(int size) {
    if (isFull()) {
      throw new IllegalStateException("the batch is full: call score and clear");
    }
    model.requireInputSize(size);
    return examples++ * size;
  }

  /** Computes the logits of the batch. */
  public void score() {
    workspace.input().fill(rows, 0, examples);
    logits = model.network().logits(model.weights(), workspace);
  }

  /** The logits of an example of the last {@link #score}. */
  public float[] logits(int example) {
    float[] result = new float[logits.size()];
    for (int k = 0; k < result.length; k++) {
      result[k] = logits.get(k, example);
    }
    return result;
  }

  /** The class probabilities of an example of the last {@link #score}. */
  public double[] probabilities(int example) {
    return SoftmaxCrossEntropy.probabilities(logits, example);
  }

  /** The class with the largest logit; the first of equals. */
  public int prediction(int example) {
    return SoftmaxCrossEntropy.prediction(logits, example);
  }

  /** The loss of an example of the last {@link #score}, in nats. */
  public double loss(int example, int label) {
    return SoftmaxCrossEntropy.loss(logits, example, label);
  }
}
