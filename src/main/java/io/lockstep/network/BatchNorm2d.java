package io.lockstep.network;

import java.util.Map;

/**
 * {@link BatchNorm} of images: a channel is one of the image.
 *
 * @param momentum of what a step observes in the running statistics; in (0, 1]
 * @param epsilon added to a variance; finite and &gt; 0
 */
public record BatchNorm2d(double momentum, double epsilon) implements LayerSpec.Leaf {
  static final LayerSpec.Kind KIND =
      new LayerSpec.Kind("batchNorm2d", settings -> of(BatchNorm.Settings.of(settings)));

  /** PyTorch's momentum and epsilon. */
  public static final BatchNorm2d DEFAULT = of(BatchNorm.Settings.DEFAULTS);

  public BatchNorm2d {
    new BatchNorm.Settings(momentum, epsilon);
  }

  private static BatchNorm2d of(BatchNorm.Settings settings) {
    return new BatchNorm2d(settings.momentum(), settings.epsilon());
  }

  private BatchNorm.Settings layerSettings() {
    return new BatchNorm.Settings(momentum, epsilon);
  }

  @Override
  public String kind() {
    return KIND.name();
  }

  @Override
  public Map<String, Object> settings() {
    return layerSettings().toMap();
  }

  @Override
  public Notation notation(Shape input) {
    return layerSettings().notation("nn.BatchNorm2d", LayerSpec.image(kind(), input).channels());
  }

  @Override
  public Layer on(Shape input) {
    Shape.Image image = LayerSpec.image(kind(), input);
    return new BatchNorm(image, image.channels(), layerSettings());
  }
}
