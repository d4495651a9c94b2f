package io.lockstep.network;

import com.typesafe.config.ConfigFactory;
import io.lockstep.base.Settings;

/** TestNetworks for tests, as a configuration writes them. */
final class TestNetworks {
  static final String CNN =
      """
      input = [1, 12, 12]
      layers = [
        {conv2d {filters = 3, kernel = 3}}, relu, {maxPool2d {kernel = 2}}
        {conv2d {filters = 4, kernel = 3}}, relu, {maxPool2d {kernel = 2, stride = 1}}
        flatten, {dense {units = 5}}, relu, {dense {units = 3}}
      ]
      """;

  static final String MLP =
      "input = [1, 28, 28], layers = [flatten, {dense {units = 50}}, relu, {dense {units = 10}}]";

  private TestNetworks() {}

  static NetworkSpec spec(String hocon) {
    return NetworkSpec.of(Settings.of(ConfigFactory.parseString(hocon).root(), "network"));
  }

  static Network of(String hocon) {
    return Network.of(spec(hocon));
  }

  /** A network of two tensors, {@code 1.weight} [2, 3] and {@code 1.bias} [2]. */
  static Network tiny() {
    return of("input = [1, 1, 3], layers = [flatten, {dense {units = 2}}]");
  }
}
