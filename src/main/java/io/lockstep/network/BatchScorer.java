package io.lockstep.network;

import io.lockstep.linalg.Matrix;
import java.util.Arrays;

/**
 * Scores examples with a trained network, {@link #WIDTH} at a time. Owned by one thread.
 *
 * <p>Every batch is filled up to the same width with zeros. A BLAS may sum a product of another
 * shape in another order; so the logits of an example are the same bits whatever examples, and how
 * many, stand beside it.
 */
public final class BatchScorer {
  /**
   * Examples of a batch. A multiple of 8, so that no column is the odd one out for a BLAS that
   * computes 2, 4 or 8 at a time; wide enough to come near its full speed.
   */
  public static final int WIDTH = 32;

  private final TrainedNetwork model;
  private final Workspace workspace;
  private final float[] ofBytes;
  private int examples;
  private Matrix logits;

  BatchScorer(TrainedNetwork model) {
    this.model = model;
    this.workspace = model.network().newWorkspace(WIDTH);
    this.ofBytes = model.normalization().ofBytes();
    workspace.resize(WIDTH);
  }

  /** Begins a batch of no examples. */
  public void clear() {
    examples = 0;
  }

  /** Number of examples in the batch. */
  public int examples() {
    return examples;
  }

  /** Whether the batch has {@link #WIDTH} examples. */
  public boolean isFull() {
    return examples == WIDTH;
  }

  /** Adds an example of one unsigned byte a value, meaning {@code value / 255}. */
  public void add(byte[] values) {
    int offset = nextExample(values.length);
    float[] input = workspace.input().data();
    for (int i = 0; i < values.length; i++) {
      input[offset + i] = ofBytes[values[i] & 0xff];
    }
  }

  /** Adds an example. */
  public void add(float[] values) {
    int offset = nextExample(values.length);
    float[] input = workspace.input().data();
    for (int i = 0; i < values.length; i++) {
      input[offset + i] = model.normalization().apply(values[i]);
    }
  }

  private int nextExample(int size) {
    if (isFull()) {
      throw new IllegalStateException("the batch is full: call score and clear");
    }
    model.requireInputSize(size);
    return workspace.input().columnOffset(examples++);
  }

  /** Computes the logits of the batch. */
  public void score() {
    Matrix input = workspace.input();
    Arrays.fill(input.data(), input.columnOffset(examples), input.data().length, 0);
    logits = model.network().logits(model.weights(), workspace);
  }

  /** The logits of an example of the last {@link #score}. */
  public float[] logits(int example) {
    int from = logits.columnOffset(example);
    return Arrays.copyOfRange(logits.data(), from, from + logits.rows());
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
