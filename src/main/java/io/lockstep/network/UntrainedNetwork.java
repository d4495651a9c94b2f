package io.lockstep.network;

import io.lockstep.base.HoconReader;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;

/**
 * A {@link TrainedNetwork} but for its weights: what its description file says.
 *
 * @param network the layers
 * @param normalization of the inputs
 */
public record UntrainedNetwork(Network network, Normalization normalization) {
  /**
   * What a {@link TrainedNetwork#description} describes.
   *
   * @param name of the file, for messages
   * @throws InvalidInputException if it is damaged or something else
   */
  public static UntrainedNetwork of(String name, byte[] description) {
    Settings settings = Settings.of(HoconReader.text(name, description));
    try {
      settings.stringValue("lockstep", "");
      NetworkSpec spec = NetworkSpec.of(settings.section("network"));
      Normalization normalization = Normalization.of(settings.section("normalize"));
      settings.rejectUnknown();
      return new UntrainedNetwork(Network.of(spec), normalization);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(name + ": " + e.getMessage(), e);
    }
  }

  /** This network with {@code weights}. */
  public TrainedNetwork with(float[] weights) {
    return new TrainedNetwork(network, normalization, weights);
  }
}
