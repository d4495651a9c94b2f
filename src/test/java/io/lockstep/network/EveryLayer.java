package io.lockstep.network;

import com.typesafe.config.ConfigFactory;
import io.lockstep.base.Seeds;
import io.lockstep.base.Settings;
import java.util.SplittableRandom;

/**
 * A network of 28 x 28 images with every kind of layer, most of them with settings of their own.
 */
public final class EveryLayer {
  private static final String HOCON =
      """
      input = [1, 28, 28]
      layers = [
        {conv2d {filters = 4, kernel = 3, stride = 2, padding = 1}}
        {batchNorm2d {momentum = 0.2, epsilon = 0.001}}
        relu
        {maxPool2d {kernel = 3, stride = 2, padding = 1}}
        {residual {layers = [
          {conv2d {filters = 4, kernel = 3, padding = 1}}
          {leakyRelu {slope = 0.2}}
          {residual {layers = [{conv2d {filters = 4, kernel = 1}}, tanh]}}
        ]}}
        {concat {branches = [
          [{avgPool2d {kernel = 3, stride = 1, padding = 1}}, {conv2d {filters = 3, kernel = 1}}]
          []
          [{concat {branches = [[relu], [tanh]]}}]
        ]}}
        {dropout {rate = 0.5}}
        {avgPool2d {kernel = 2}}
        {concat {branches = [[globalAvgPool2d, flatten], [flatten]]}}
        batchNorm1d
        sigmoid
        {dense {units = 20}}
        relu
        {dense {units = 10}}
      ]
      """;

  private EveryLayer() {}

  /** The network. */
  public static Network network() {
    return Network.of(
        NetworkSpec.of(Settings.of(ConfigFactory.parseString(HOCON).root(), "network")));
  }

  /**
   * Weights that make a network's answers differ from example to example, with statistics and
   * scales as training leaves them.
   */
  public static float[] weights(Network network, long seed) {
    float[] weights =
        new Initializer.Scheme(new XavierUniform(), new KaimingUniform())
            .draw(network, new Seeds(seed));
    SplittableRandom random = new SplittableRandom(seed);
    for (Parameter parameter : network.parameters()) {
      switch (parameter.role()) {
        case WEIGHT, BIAS -> {}
        case SCALE, RUNNING_VARIANCE, SHIFT, RUNNING_MEAN -> {
          for (int i = 0; i < parameter.size(); i++) {
            weights[parameter.offset() + i] = (float) (0.2 + random.nextDouble());
          }
        }
      }
    }
    return weights;
  }
}
