package io.lockstep.training;

import io.lockstep.base.Seeds;
import io.lockstep.data.Augmentation;
import io.lockstep.data.Distortion;
import io.lockstep.data.Features;
import io.lockstep.lanes.Lanes;
import io.lockstep.network.Shape;

/** Decodes images and distorts them on their way into a batch. Owned by one thread. */
final class DistortedRows {
  private final Seeds seeds;
  private final Distortion distortion;
  private final float[] decoded;
  private final float[] distorted;

  /**
   * Rows distorted as {@code plan} says.
   *
   * @param plan of images, see {@link RunPlan#withAugmentation}
   */
  DistortedRows(RunPlan plan) {
    Shape.Image image = (Shape.Image) plan.network().spec().input();
    Augmentation augmentation = plan.augmentation();
    this.seeds = plan.schedule().seeds();
    this.distortion = new Distortion(augmentation, image, plan.normalization().apply(0f));
    this.decoded = new float[image.size()];
    this.distorted = new float[image.size()];
  }

  /** Puts {@code row} of {@code shard}, as it looks in {@code epoch}, into lane {@code image}. */
  void put(Features.Decoder decoder, int epoch, int shard, int row, Lanes batch, int image) {
    decoder.decode(row, decoded, 0);
    long key = seeds.key(Seeds.Purpose.AUGMENTATION, epoch, shard, row);
    distortion.apply(key, decoded, distorted);
    for (int i = 0; i < distorted.length; i++) {
      batch.set(i, image, distorted[i]);
    }
  }
}
