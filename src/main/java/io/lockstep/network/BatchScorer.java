package io.lockstep.network;

import io.lockstep.linalg.Matrix;
import java.util.Arrays;

/**
 * Scores examples with a trained network, {@link #width()} at a time. Owned by one thread.
 *
 * <p>Each example passes the network alone. A BLAS may compute the edge of a product in another
 * order than its middle (OpenBLAS's Haswell kernels do); alone, an example has the same bits
 * whatever examples, and how many, stand beside it.
 */
public final class BatchScorer {
  /** Wide enough for the full speed of a BLAS. */
  private static final int MAX_WIDTH = 256;

  /** Multiples of this leave no odd column to a BLAS that computes 2, 4 or 8 at a time. */
  static final int MIN_WIDTH = 16;

  /** What the activations of a batch may take: a core's second-level cache. */
  private static final long MAX_VALUES = 1 << 19;

  private final TrainedNetwork model;
  private final int width;
  private final Workspace workspace;
  private final Matrix inputs;
  private final Matrix logits;
  private final float[] ofBytes;
  private int examples;

  BatchScorer(TrainedNetwork model) {
    this.model = model;
    this.width = width(model.network());
    this.workspace = model.network().newWorkspace(1);
    this.inputs = Matrix.zeros(model.network().inputSize(), width);
    this.logits = Matrix.zeros(model.network().classes(), width);
    this.ofBytes = model.normalization().ofBytes();
  }

  /** Follows from the network alone: it is part of the arithmetic. */
  private static int width(Network network) {
    long values = network.inputSize();
    for (Network.Stage stage : network.stages()) {
      values += stage.layer().outputShape().size();
    }
    int width = MAX_WIDTH;
    while (width > MIN_WIDTH && width * values > MAX_VALUES) {
      width /= 2;
    }
    return width;
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
    return examples == width;
  }

  /** Adds an example of one unsigned byte a value, meaning {@code value / 255}. */
  public void add(byte[] values) {
    int offset = nextExample(values.length);
    float[] input = inputs.data();
    for (int i = 0; i < values.length; i++) {
      input[offset + i] = ofBytes[values[i] & 0xff];
    }
  }

  /** Adds an example. */
  public void add(float[] values) {
    int offset = nextExample(values.length);
    float[] input = inputs.data();
    for (int i = 0; i < values.length; i++) {
      input[offset + i] = model.normalization().apply(values[i]);
    }
  }

  private int nextExample(int size) {
    if (isFull()) {
      throw new IllegalStateException("the batch is full: call score and clear");
    }
    model.requireInputSize(size);
    return inputs.columnOffset(examples++);
  }

  /** Computes the logits of the batch. */
  public void score() {
    for (int example = 0; example < examples; example++) {
      int from = inputs.columnOffset(example);
      System.arraycopy(inputs.data(), from, workspace.input().data(), 0, inputs.rows());
      Matrix scored = model.network().logits(model.weights(), workspace);
      System.arraycopy(
          scored.data(), 0, logits.data(), logits.columnOffset(example), logits.rows());
    }
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
