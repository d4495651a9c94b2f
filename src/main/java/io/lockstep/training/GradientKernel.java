package io.lockstep.training;

import io.lockstep.base.Seeds;
import io.lockstep.data.Features;
import io.lockstep.data.RowSchedule;
import io.lockstep.data.Shard;
import io.lockstep.lanes.Lanes;
import io.lockstep.network.Network;
import io.lockstep.network.Normalization;
import io.lockstep.network.Shares;
import io.lockstep.network.SoftmaxCrossEntropy;
import io.lockstep.network.Workspace;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Optional;

/**
 * The computing half of a step: rows of a worker's shards in, a sum for each out. Owned by one
 * thread; allocates nothing once it has seen its shards.
 */
final class GradientKernel {
  private final Network network;
  private final Normalization normalization;
  private final Seeds seeds;
  private final double labelSmoothing;
  private final Optional<DistortedRows> distorted;
  private final Workspace workspace;
  private final IdentityHashMap<Shard, Features.Decoder> decoders = new IdentityHashMap<>();
  private final int[] consecutive;
  private final double[] exponentials;

  /** What the batch under way consists of. */
  private final Share[] taken;

  private final Shares shares;
  private int shareCount;

  /** Whether the step under way has computed nothing yet. */
  private boolean stepBegins = true;

  /** Rows of one shard in the batch. */
  private static final class Share {
    private Shard shard;
    private int[] order;
    private int from;
    private int images;
    private GradientSum sum;
  }

  /**
   * A kernel with memory of its own.
   *
   * @param shards of the worker; their shares pass the network together where it allows that
   */
  GradientKernel(RunPlan plan, int shards) {
    this.network = plan.network();
    this.normalization = plan.normalization();
    this.labelSmoothing = plan.training().labelSmoothing();
    this.seeds = plan.schedule().seeds();
    this.distorted =
        plan.augmentation().isNone() ? Optional.empty() : Optional.of(new DistortedRows(plan));
    int largestShare = plan.schedule().largestShare();
    int most = network.sumsAnyImages() ? shards : 1;
    this.workspace = network.newWorkspace(Math.multiplyExact(largestShare, most));
    this.consecutive = new int[workspace.width()];
    this.exponentials = new double[workspace.logitsGradient().size()];
    this.shares = new Shares(most);
    this.taken = new Share[most];
    for (int i = 0; i < most; i++) {
      taken[i] = new Share();
    }
  }

  /** Whether {@code range} is computed in one piece, and so may be added to another sum. */
  boolean inOnePiece(RowSchedule.Range range) {
    int examples = range.to() - range.from();
    return examples >= 1 && examples <= workspace.width();
  }

  /**
   * Takes {@code shard}'s rows {@code order[range]}; their sum is there after {@link #finish}.
   *
   * @param weights the same until {@link #finish}
   * @param epoch 1-based
   * @param order the shard's order in this epoch, see {@link RowSchedule#order}
   * @param add adds to {@code sum} instead of overwriting it, with the bits of {@link
   *     GradientSum#add}; only for a range that is {@link #inOnePiece}
   */
  void take(
      float[] weights,
      int epoch,
      Shard shard,
      int[] order,
      RowSchedule.Range range,
      GradientSum sum,
      boolean add) {
    int examples = range.to() - range.from();
    if (!add) {
      sum.set(0, 0, 0, 0);
    }
    if (examples == 0) {
      Arrays.fill(sum.gradient(), 0);
    }
    for (int from = range.from(); from < range.to(); from += workspace.width()) {
      int piece = Math.min(workspace.width(), range.to() - from);
      if (shares.isFull() || shares.images() + piece > workspace.width()) {
        compute(weights);
      }
      put(epoch, shard, order, from, piece, sum, add || from > range.from());
    }
  }

  private void put(
      int epoch, Shard shard, int[] order, int from, int images, GradientSum sum, boolean add) {
    int first = shares.images();
    for (int i = 0; i < images; i++) {
      int row = order[from + i];
      workspace.batch().set(first + i, seeds.key(Seeds.Purpose.LAYERS, epoch, shard.number(), row));
    }
    decode(epoch, shard, order, from, images);
    shares.put(images, sum.gradient(), add);
    Share share = taken[shareCount++];
    share.shard = shard;
    share.order = order;
    share.from = from;
    share.images = images;
    share.sum = sum;
  }

  private void decode(int epoch, Shard shard, int[] order, int from, int images) {
    Lanes input = workspace.input();
    Features.Decoder decoder = decoder(shard);
    int first = shares.images();
    if (distorted.isEmpty()) {
      decoder.interleave(order, from, images, input, first);
      return;
    }
    for (int i = 0; i < images; i++) {
      int row = order[from + i];
      distorted.get().put(decoder, epoch, shard.number(), row, input, first + i);
    }
  }

  /** Computes what was taken and is not computed yet; then the weights may change. */
  void finish(float[] weights) {
    if (shareCount > 0) {
      compute(weights);
    }
    stepBegins = true;
  }

  private void compute(float[] weights) {
    workspace.input().clear(shares.images());
    workspace.batch().learn(shares.images(), stepBegins);
    stepBegins = false;
    Lanes logits = network.logits(weights, workspace);
    int first = 0;
    double weight = 0;
    for (int i = 0; i < shareCount; i++) {
      weight += lossAndGradient(logits, taken[i], first);
      first += taken[i].images;
    }
    workspace.batch().setWeight(weight);
    workspace.logitsGradient().clear(shares.images());
    network.gradient(weights, workspace, shares);
    shares.clear();
    shareCount = 0;
  }

  /** Returns how much the share counts. */
  private double lossAndGradient(Lanes logits, Share share, int first) {
    Lanes gradient = workspace.logitsGradient();
    double lossSum = 0;
    long correct = 0;
    double weightSum = 0;
    for (int i = 0; i < share.images; i++) {
      int image = first + i;
      int row = share.order[share.from + i];
      int label = share.shard.labels()[row];
      if (SoftmaxCrossEntropy.prediction(logits, image) == label) {
        correct++;
      }
      double loss =
          SoftmaxCrossEntropy.lossAndGradient(logits, image, label, gradient, exponentials);
      if (labelSmoothing > 0) {
        loss = LabelSmoothing.apply(labelSmoothing, loss, logits, image, label, gradient);
      }
      float weight = share.shard.weight(row);
      if (weight != 1) {
        scale(gradient, image, weight);
      }
      lossSum += weight * loss;
      weightSum += weight;
    }
    share.sum.count(lossSum, correct, share.images, weightSum);
    return weightSum;
  }

  private Features.Decoder decoder(Shard shard) {
    Features.Decoder decoder = decoders.get(shard);
    if (decoder == null) {
      decoder = shard.features().decoder(normalization);
      decoders.put(shard, decoder);
    }
    return decoder;
  }

  private static void scale(Lanes gradient, int image, float factor) {
    for (int k = 0; k < gradient.size(); k++) {
      gradient.set(k, image, gradient.get(k, image) * factor);
    }
  }

  /** Adds every row of {@code shard} to {@code sum}. */
  void evaluate(float[] weights, Shard shard, EvaluationSum sum) {
    Features.Decoder decoder = decoder(shard);
    Lanes input = workspace.input();
    for (int from = 0; from < shard.rows(); from += workspace.width()) {
      workspace.batch().score(from == 0);
      int batch = Math.min(workspace.width(), shard.rows() - from);
      for (int i = 0; i < batch; i++) {
        consecutive[i] = from + i;
      }
      decoder.interleave(consecutive, 0, batch, input, 0);
      input.clear(batch);
      Lanes logits = network.logits(weights, workspace);
      for (int i = 0; i < batch; i++) {
        int label = shard.labels()[from + i];
        sum.count(
            label,
            SoftmaxCrossEntropy.prediction(logits, i),
            SoftmaxCrossEntropy.loss(logits, i, label));
      }
    }
  }
}
