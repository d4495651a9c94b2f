package io.lockstep.network;

import io.lockstep.base.InvalidInputException;
import java.util.Map;

/**
 * {@link BatchNorm} of vectors: each value is a channel.
 *
 * @param momentum of what a step observes in the running statistics; in (0, 1]
 * @param epsilon added to a variance; finite and &gt; 0
 */
public record BatchNorm1d(double momentum, double epsilon) implements LayerSpec.Leaf {
  static final LayerSpec.Kind KIND =
      new LayerSpec.Kind("batchNorm1d", settings -> of(BatchNorm.Settings.of(settings)));

  /** PyTorch's momentum and epsilon. */
  public static final BatchNorm1d DEFAULT = of(BatchNorm.Settings.DEFAULTS);

  public BatchNorm1d {
    new BatchNorm.Settings(momentum, epsilon);
  }

  private static BatchNorm1d of(BatchNorm.Settings settings) {
    return new BatchNorm1d(settings.momentum(), settings.epsilon());
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
    return layerSettings().notation("nn.BatchNorm1d", input.size());
  }

  @Override
  public Layer on(Shape input) {
    if (input instanceof Shape.Vector vector) {
      return new BatchNorm(vector, vector.size(), layerSettings());
    }
    throw new InvalidInputException(
        "batchNorm1d must follow a vector, but its input is a "
            + input
            + ". Use batchNorm2d, or put flatten before it.");
  }
}
