package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
  private static final int BATCH = 6;

  @Test
  void parameters_ofTheCnn_areNamedAndShapedAsInPyTorch() {
    Network network =
        TestNetworks.of(
            """
            input = [1, 28, 28]
            layers = [
              {conv2d {filters = 10, kernel = 5}}, relu, {maxPool2d {kernel = 2}}
              {conv2d {filters = 20, kernel = 5}}, relu, {maxPool2d {kernel = 2}}
              flatten, {dense {units = 50}}, {dense {units = 10}}
            ]
            """);

    assertEquals(
        List.of(
            new Parameter("0.weight", Parameter.Role.WEIGHT, List.of(10, 1, 5, 5), 25, 250, 0),
            new Parameter("0.bias", Parameter.Role.BIAS, List.of(10), 25, 250, 250),
            new Parameter("3.weight", Parameter.Role.WEIGHT, List.of(20, 10, 5, 5), 250, 500, 260),
            new Parameter("3.bias", Parameter.Role.BIAS, List.of(20), 250, 500, 5260),
            new Parameter("7.weight", Parameter.Role.WEIGHT, List.of(50, 320), 320, 50, 5280),
            new Parameter("7.bias", Parameter.Role.BIAS, List.of(50), 320, 50, 21280),
            new Parameter("8.weight", Parameter.Role.WEIGHT, List.of(10, 50), 50, 10, 21330),
            new Parameter("8.bias", Parameter.Role.BIAS, List.of(10), 50, 10, 21830)),
        network.parameters());
    assertEquals(21840, network.parameterCount());
    assertEquals(784, network.inputSize());
    assertEquals(10, network.classes());
  }

  static List<Arguments> badNetworks() {
    return List.of(
        Arguments.of(
            "input = [1, 4, 4], layers = [{conv2d {filters = 2, kernel = 7}}]",
            "network.layers[0] (conv2d): kernel 7 does not fit a height of 4 padded"
                + " by 0. Use a kernel of at most 4 or a padding of at least 2."),
        Arguments.of(
            "input = [1, 4, 8], layers = [{conv2d {filters = 2, kernel = 7, padding = 1}}]",
            "network.layers[0] (conv2d): kernel 7 does not fit a height of 4 padded"
                + " by 1. Use a kernel of at most 6 or a padding of at least 2."),
        Arguments.of(
            "input = [1, 8, 3], layers = [{maxPool2d {kernel = 4}}]",
            "network.layers[0] (maxPool2d): kernel 4 does not fit a width of 3"
                + " padded by 0. Use a kernel of at most 3 or a padding of at least 1."),
        Arguments.of(
            "input = [1, 8, 8], layers = [{maxPool2d {kernel = 2, padding = 2}}]",
            "network.layers[0] (maxPool2d): maxPool2d padding must be at most half"
                + " the kernel of 2, but was 2"),
        Arguments.of(
            "input = [1, 8, 8], layers = [{avgPool2d {kernel = 3, padding = 2}}]",
            "network.layers[0] (avgPool2d): avgPool2d padding must be at most half"
                + " the kernel of 3, but was 2"),
        Arguments.of(
            "input = [1, 8, 8], layers = [relu, {dense {units = 2}}]",
            "network.layers[1] (dense): dense must follow a vector, but its input"
                + " is a 1 x 8 x 8 image. Put flatten before it."),
        Arguments.of(
            "input = [1, 8, 8], layers = [flatten, {conv2d {filters = 2, kernel = 3}}]",
            "network.layers[1] (conv2d): conv2d must follow an image, but its input"
                + " is a vector of 64. Move it before flatten."),
        Arguments.of(
            "input = [64], layers = [{maxPool2d {kernel = 2}}]",
            "network.layers[0] (maxPool2d): maxPool2d must follow an image, but its"
                + " input is a vector of 64. Move it before flatten."),
        Arguments.of(
            "input = [64], layers = [{avgPool2d {kernel = 2}}]",
            "network.layers[0] (avgPool2d): avgPool2d must follow an image, but its"
                + " input is a vector of 64. Move it before flatten."),
        Arguments.of(
            "input = [1, 8, 8], layers = [batchNorm1d]",
            "network.layers[0] (batchNorm1d): batchNorm1d must follow a vector, but its input is a"
                + " 1 x 8 x 8 image. Use batchNorm2d, or put flatten before it."),
        Arguments.of(
            "input = [5], layers = [globalAvgPool2d]",
            "network.layers[0] (globalAvgPool2d): globalAvgPool2d must follow an image, but its"
                + " input is a vector of 5. Move it before flatten."),
        Arguments.of(
            "input = [1, 6, 6], layers = [relu, {residual {layers = [{conv2d {filters = 1, kernel ="
                + " 3}}]}}]",
            "network.layers[1] (residual): residual must add layers that keep the shape of their"
                + " input, a 1 x 6 x 6 image, but they make a 1 x 4 x 4 image of it. Pad"
                + " convolutions by (kernel - 1) / 2 with stride 1, and end with as many filters as"
                + " channels come in."),
        Arguments.of(
            "input = [1, 6, 6], layers = [{concat {branches = [[], [{conv2d {filters = 1, kernel ="
                + " 3}}]]}}]",
            "network.layers[0] (concat): concat must join branches of one height and width, but"
                + " branches[1] makes a 1 x 4 x 4 image beside a 1 x 6 x 6 image. Pad its windows"
                + " by (kernel - 1) / 2 and give all branches the same strides."),
        Arguments.of(
            "input = [1, 6, 6], layers = [{concat {branches = [[], [{residual {layers = [relu,"
                + " {dense {units = 3}}]}}]]}}]",
            "network.layers[0].concat.branches[1][0].residual.layers[1] (dense): dense must follow"
                + " a vector, but its input is a 1 x 6 x 6 image. Put flatten before it."),
        Arguments.of(
            "input = [1, 8, 8], layers = [flatten, relu]",
            "network.layers must have something to learn, but no layer of"
                + " [Flatten[], Relu[]] has weights. Add a dense or conv2d layer."),
        Arguments.of(
            "input = [1, 8, 8], layers = [{conv2d {filters = 2, kernel = 3}}, relu]",
            "network.layers must end in a vector of one logit per class, but ends"
                + " in a 2 x 6 x 6 image. Add flatten and {dense {units = 10}}."),
        Arguments.of(
            "input = [1, 50000, 50000], layers = [flatten, {dense {units = 2}}]",
            "network.layers[0] (flatten) has more than 2^31 values on a 1 x 50000 x"
                + " 50000 image. Make it smaller."),
        Arguments.of(
            "input = [100000], layers = [{dense {units = 100000}}]",
            "network.layers[0] (dense) has more than 2^31 values on a vector of"
                + " 100000. Make it smaller."));
  }

  @ParameterizedTest
  @MethodSource("badNetworks")
  void of_layersThatDoNotFit_saysWhichAndWhy(String hocon, String message) {
    NetworkSpec spec = TestNetworks.spec(hocon);

    InvalidInputException e = assertThrows(InvalidInputException.class, () -> Network.of(spec));

    assertEquals(message, e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        TestNetworks.CNN,
        // overlapping windows with padding, where several windows have one winner
        "input = [2, 7, 7], layers = [{conv2d {filters = 3, kernel = 3, padding = 1}}, relu,"
            + " {maxPool2d {kernel = 3, stride = 1, padding = 1}},"
            + " {conv2d {filters = 2, kernel = 3}}, flatten, {dense {units = 4}}]",
        "input = [1, 6, 6], layers = [relu, {maxPool2d {kernel = 2}}, relu, {avgPool2d {kernel ="
            + " 3}}, flatten, relu, {dense {units = 3}}, relu]"
      })
  void logitsAndGradient_haveTheBitsOfOneLayerAfterAnother(String hocon) {
    Network network = TestNetworks.of(hocon);
    float[] weights = Initializer.Scheme.DEFAULTS.draw(network, new Seeds(3));
    SplittableRandom random = new SplittableRandom(4);
    float[] x = LayerRun.draw(network.inputSize() * BATCH, random);
    float[] logitsGradient = LayerRun.draw(network.classes() * BATCH, random);

    Workspace workspace = network.newWorkspace(BATCH);
    workspace.input().fill(x, 0, BATCH);
    float[] actualLogits = Rows.of(network.logits(weights, workspace), BATCH);
    workspace.logitsGradient().fill(logitsGradient, 0, BATCH);
    float[] actual = new float[network.parameterCount()];
    Arrays.fill(actual, Float.NaN);
    network.gradient(weights, workspace, Rows.whole(BATCH, actual, false));

    float[] expected = new float[network.parameterCount()];
    float[] expectedLogits = inPlainOrder(network, weights, x, logitsGradient, expected);
    assertArrayEquals(expectedLogits, actualLogits);
    assertArrayEquals(expected, actual);
    assertTrue(nonZeros(expected) > expected.length / 5, "nearly all derivatives are zero");
  }

  /** The layers as the spec orders them, each with memory of its own. */
  private static float[] inPlainOrder(
      Network network, float[] weights, float[] x, float[] logitsGradient, float[] gradient) {
    List<LayerRun> runs = new ArrayList<>();
    Shape shape = network.spec().input();
    float[] values = x;
    int offset = 0;
    for (LayerSpec spec : network.spec().layers()) {
      if (spec instanceof Flatten) {
        shape = new Shape.Vector(shape.size());
        continue;
      }
      LayerRun run = new LayerRun(((LayerSpec.Leaf) spec).on(shape), BATCH);
      int count = run.layer.parameterCount();
      run.fill(values, Arrays.copyOfRange(weights, offset, offset + count));
      run.forward();
      runs.add(run);
      values = run.output;
      shape = run.layer.outputShape();
      offset += count;
    }
    float[] derivatives = logitsGradient;
    for (int i = runs.size() - 1; i >= 0; i--) {
      LayerRun run = runs.get(i);
      System.arraycopy(derivatives, 0, run.outputGradient, 0, derivatives.length);
      float[] own = run.parameterGradient();
      offset -= own.length;
      System.arraycopy(own, 0, gradient, offset, own.length);
      run.computeInputGradient();
      derivatives = run.inputGradient;
    }
    return values;
  }

  private static int nonZeros(float[] values) {
    int count = 0;
    for (float value : values) {
      count += value == 0 ? 0 : 1;
    }
    return count;
  }

  @Test
  void gradient_accumulating_addsToTheSum() {
    Network network = TestNetworks.of(TestNetworks.CNN);
    float[] weights = Initializer.Scheme.DEFAULTS.draw(network, new Seeds(3));
    Workspace workspace = network.newWorkspace(2);
    Arrays.fill(workspace.input().data(), 0.5f);
    float[] ones = new float[2 * network.classes()];
    Arrays.fill(ones, 1);
    float[] once = new float[network.parameterCount()];
    float[] twice = new float[network.parameterCount()];
    for (float[] sum : List.of(once, twice)) {
      network.logits(weights, workspace);
      workspace.logitsGradient().fill(ones, 0, 2);
      network.gradient(weights, workspace, Rows.whole(2, sum, false));
    }
    network.logits(weights, workspace);
    workspace.logitsGradient().fill(ones, 0, 2);
    network.gradient(weights, workspace, Rows.whole(2, twice, true));

    for (int i = 0; i < once.length; i++) {
      assertEquals(once[i] + once[i], twice[i], "value " + i);
    }
  }

  @Test
  void logits_afterABatchOfAnotherSize_areTheSameBits() {
    Network network = TestNetworks.of(TestNetworks.CNN);
    float[] weights = Initializer.Scheme.DEFAULTS.draw(network, new Seeds(3));
    float[] x = LayerRun.draw(network.inputSize() * 5, new SplittableRandom(4));
    Workspace fresh = network.newWorkspace(5);
    float[] expected = logits(network, weights, fresh, x, 5);

    Workspace used = network.newWorkspace(5);
    logits(network, weights, used, x, 3);
    logits(network, weights, used, x, 1);

    assertArrayEquals(expected, logits(network, weights, used, x, 5));
  }

  private static float[] logits(
      Network network, float[] weights, Workspace workspace, float[] x, int batch) {
    workspace.input().fill(x, 0, batch);
    return Rows.of(network.logits(weights, workspace), batch);
  }

  @Test
  void network_serialised_givesTheSameParameters() throws IOException, ClassNotFoundException {
    Network network = TestNetworks.of(TestNetworks.CNN);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(network);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Network copy = (Network) in.readObject();

      assertEquals(network.parameters(), copy.parameters());
      assertEquals(network.spec(), copy.spec());
    }
  }
}
