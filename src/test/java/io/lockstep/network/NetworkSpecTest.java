package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.base.HoconText;
import io.lockstep.base.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkSpecTest {
  private static final String ALL_KINDS =
      """
      input = [3, 16, 16]
      layers = [
        {conv2d {filters = 4, kernel = 5, stride = 2, padding = 1}}, relu
        {maxPool2d {kernel = 3, stride = 2, padding = 1}}, {avgPool2d {kernel = 2}}
        leakyRelu, {leakyRelu {slope = 0.2}}, tanh, sigmoid, {dropout {rate = 0.25}}
        {residual {layers = [{conv2d {filters = 4, kernel = 1}}, {residual {layers = [relu]}}]}}
        {concat {branches = [[], [relu, {concat {branches = [[tanh]]}}]]}}
        batchNorm2d, {batchNorm2d {momentum = 0.2, epsilon = 0.001}}
        globalAvgPool2d, flatten, batchNorm1d, {dense {units = 7}}
      ]
      """;

  private static final String KNOWN =
      " avgPool2d, batchNorm1d, batchNorm2d, concat, conv2d, dense, dropout, flatten, globalAvgPool2d, leakyRelu, maxPool2d,"
          + " relu, residual, sigmoid, tanh.";

  @Test
  void of_everyKindOfLayer_readsItsSettingsAndDefaults() {
    assertEquals(
        new NetworkSpec(
            new Shape.Image(3, 16, 16),
            List.of(
                new Conv2d(4, 5, 2, 1),
                new Relu(),
                new MaxPool2d(3, 2, 1),
                new AvgPool2d(2, 2, 0),
                new LeakyRelu(0.01),
                new LeakyRelu(0.2),
                new Tanh(),
                new Sigmoid(),
                new Dropout(0.25),
                new Residual(List.of(new Conv2d(4, 1, 1, 0), new Residual(List.of(new Relu())))),
                new Concat(
                    List.of(
                        List.of(), List.of(new Relu(), new Concat(List.of(List.of(new Tanh())))))),
                new BatchNorm2d(0.1, 1e-5),
                new BatchNorm2d(0.2, 0.001),
                new GlobalAvgPool2d(),
                new Flatten(),
                new BatchNorm1d(0.1, 1e-5),
                new Dense(7))),
        TestNetworks.spec(ALL_KINDS));
  }

  @Test
  void of_conv2dWithoutStrideAndPadding_hasOneAndZero() {
    NetworkSpec spec =
        TestNetworks.spec("input = [1, 9, 9], layers = [{conv2d {filters = 2, kernel = 3}}]");

    assertEquals(List.of(new Conv2d(2, 3, 1, 0)), spec.layers());
  }

  @Test
  void toConfig_writtenAndReadAgain_givesAnEqualSpec() {
    NetworkSpec spec = TestNetworks.spec(ALL_KINDS);

    assertEquals(spec, TestNetworks.spec(spec.toConfig().render(HoconText.HOCON)));
    assertEquals(spec, TestNetworks.spec(spec.toConfig().render(HoconText.JSON)));
  }

  @Test
  void toConfig_vectorInput_isAListOfOne() {
    NetworkSpec spec = TestNetworks.spec("input = [20], layers = [{dense {units = 4}}]");

    assertEquals(new Shape.Vector(20), spec.input());
    assertEquals(spec, TestNetworks.spec(spec.toConfig().render(HoconText.HOCON)));
  }

  static List<Arguments> badNetworks() {
    return List.of(
        Arguments.of(
            "input = [1, 8, 8], layers = []",
            "network.layers must name at least one layer, but was []. For MNIST"
                + " start with [flatten, {dense {units = 10}}]."),
        Arguments.of(
            "input = [1, 8], layers = [flatten]",
            "network.input: a shape must be [size] or [channels, height, width],"
                + " but was [1, 8]"),
        Arguments.of(
            "input = [1, 0, 8], layers = [flatten]",
            "network.input: image height must be >= 1, but was 0"),
        Arguments.of(
            "input = 5, layers = [flatten]",
            "network.input must be a list [ ... ], but was 5 (String: 1)"),
        Arguments.of("layers = [flatten]", "network.input is missing: set a list"),
        Arguments.of("input = [5]", "network.layers is missing: set a list"),
        Arguments.of(
            "input = [5], layer = [relu], layers = [relu]",
            "Unknown setting network.layer (String: 1); did you mean layers? Known"
                + " settings here: input, layers."),
        Arguments.of(
            "input = [5], layers = [{dens {units = 5}}]",
            "network.layers[0] = dens is unknown; did you mean dense? Known:" + KNOWN),
        Arguments.of(
            "input = [5], layers = [Relu]",
            "network.layers[0] = Relu is unknown; did you mean relu? Known:" + KNOWN),
        Arguments.of(
            "input = [5], layers = [{dense {unit = 5}}]",
            "network.layers[0].dense.units is missing: set a whole number"),
        Arguments.of(
            "input = [5], layers = [{dense {units = 5, bias = false}}]",
            "Unknown setting network.layers[0].dense.bias (String: 1). Known"
                + " settings here: units."),
        Arguments.of(
            "input = [5], layers = [{relu {slope = 0.1}}]",
            "Unknown setting network.layers[0].relu.slope (String: 1). Known"
                + " settings here: none."),
        Arguments.of(
            "input = [5], layers = [{dense {units = 5.5}}]",
            "network.layers[0].dense.units must be a whole number, but was 5.5" + " (String: 1)"),
        Arguments.of(
            "input = [5], layers = [{dense {units = 0}}]", "dense units must be >= 1, but was 0"),
        Arguments.of(
            "input = [5], layers = [{dense {units = 5}, relu {}}]",
            "network.layers[0] must name exactly one kind, but names [dense, relu]."
                + " Override the whole value: --set 'network.layers[0]={kind{...}}'."),
        Arguments.of(
            "input = [5], layers = [{residual {layers = []}}]",
            "residual layers must name at least one layer, but was []: x + x is no block."),
        Arguments.of(
            "input = [5], layers = [{residual {layers = [relu, {dens {units = 5}}]}}]",
            "network.layers[0].residual.layers[1] = dens is unknown; did you mean dense? Known:"
                + KNOWN),
        Arguments.of(
            "input = [5], layers = [{concat {branches = []}}]",
            "concat branches must name at least one branch, but was []."),
        Arguments.of(
            "input = [5], layers = [{concat {branches = [[], []]}}]",
            "concat branches must have layers in at least one branch, but were [[], []]. One"
                + " branch without layers, beside others, passes its input on."),
        Arguments.of(
            "input = [5], layers = [{concat {branches = [relu]}}]",
            "network.layers[0].concat.branches[0] must be a list of layers [ ... ], but was"
                + " relu (String: 1)"),
        Arguments.of(
            "input = [5], layers = [{concat {branches = [[], [{relu {slope = 1}}]]}}]",
            "Unknown setting network.layers[0].concat.branches[1][0].relu.slope (String: 1). Known"
                + " settings here: none."),
        Arguments.of(
            "input = [5], layers = [{dropout {rate = 1}}]",
            "dropout rate must be in [0, 1), but was 1.0"),
        Arguments.of(
            "input = [5], layers = [{dropout {rate = -0.1}}]",
            "dropout rate must be in [0, 1), but was -0.1"),
        Arguments.of(
            "input = [5], layers = [{dropout {}}]",
            "network.layers[0].dropout.rate is missing: set a number"),
        Arguments.of(
            "input = [5], layers = [{batchNorm1d {momentum = 0}}]",
            "batch normalisation's momentum must be in (0, 1], but was 0.0"),
        Arguments.of(
            "input = [5], layers = [{batchNorm1d {epsilon = 0}}]",
            "batch normalisation's epsilon must be > 0 and finite, but was 0.0"),
        Arguments.of(
            "input = [5], layers = [{leakyRelu {slope = -1}}]",
            "leakyRelu slope must be >= 0 and finite, but was -1.0"),
        Arguments.of(
            "input = [1, 8, 8], layers = [{conv2d {filters = 0, kernel = 3}}]",
            "conv2d filters must be >= 1, but was 0"),
        Arguments.of(
            "input = [1, 8, 8], layers = [{conv2d {filters = 1, kernel = 0}}]",
            "kernel must be >= 1, but was 0"),
        Arguments.of(
            "input = [1, 8, 8], layers = [{conv2d {filters = 1, kernel = 3, stride = 0}}]",
            "stride must be >= 1, but was 0"),
        Arguments.of(
            "input = [1, 8, 8], layers = [{conv2d {filters = 1, kernel = 3, padding = -1}}]",
            "padding must be >= 0, but was -1"));
  }

  @ParameterizedTest
  @MethodSource("badNetworks")
  void of_badConfiguration_saysWhatIsWrong(String hocon, String message) {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> TestNetworks.spec(hocon));

    assertEquals(message, e.getMessage());
  }
}
