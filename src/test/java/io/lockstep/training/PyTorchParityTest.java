package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.Config;
import io.lockstep.data.Dealer;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.MnistFiles;
import io.lockstep.data.Split;
import io.lockstep.network.Network;
import io.lockstep.network.Normalization;
import io.lockstep.network.Parameter;
import io.lockstep.network.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole runs, loss by loss, against PyTorch's from the same first weights; {@code parity/parity.py}
 * made the files and says how.
 */
class PyTorchParityTest {
  /** Of the runs on rows by a formula. */
  static final String FORMULA_CNN =
      "[{conv2d {filters = 4, kernel = 5, stride = 2, padding = 1}}, relu,"
          + " {maxPool2d {kernel = 3, stride = 2, padding = 1}},"
          + " {conv2d {filters = 6, kernel = 3}}, relu,"
          + " {avgPool2d {kernel = 2, stride = 1}}, flatten, {dense {units = 10}}]";

  private static final String MLP =
      "[flatten, {dense {units = 20}}, relu, {dense {units = 20}}, relu, {dense {units = 10}},"
          + " relu]";
  private static final String CNN =
      "[{conv2d {filters = 10, kernel = 5}}, relu, {maxPool2d {kernel = 2}},"
          + " {conv2d {filters = 20, kernel = 5}}, relu, {maxPool2d {kernel = 2}}, flatten,"
          + " {dense {units = 50}}, {dense {units = 10}}]";

  private static final String STRIDED =
      "[{conv2d {filters = 4, kernel = 5, stride = 2, padding = 1}}, relu,"
          + " {maxPool2d {kernel = 3, stride = 2, padding = 1}},"
          + " {conv2d {filters = 6, kernel = 3}}, relu,"
          + " {avgPool2d {kernel = 2, stride = 1}}, flatten, {dense {units = 10}}]";
  private static final String RESIDUAL =
      "[{conv2d {filters = 4, kernel = 5}}, relu, {maxPool2d {kernel = 2}}, {residual {layers ="
          + " [{conv2d {filters = 4, kernel = 3, padding = 1}}, relu, {conv2d {filters = 4, kernel"
          + " = 3, padding = 1}}]}}, relu, {conv2d {filters = 8, kernel = 5}}, relu, {maxPool2d"
          + " {kernel = 2}}, {residual {layers = [{conv2d {filters = 8, kernel = 3, padding = 1}},"
          + " relu, {conv2d {filters = 8, kernel = 3, padding = 1}}]}}, relu, flatten, {dense"
          + " {units = 10}}]";
  private static final String BATCH_NORM =
      "[{conv2d {filters = 4, kernel = 5, stride = 2}}, batchNorm2d, relu, {maxPool2d {kernel ="
          + " 2}}, {residual {layers = [batchNorm2d, {conv2d {filters = 4, kernel = 3, padding ="
          + " 1}}, {batchNorm2d {momentum = 0.3}}, tanh]}}, flatten, {dense {units = 20}},"
          + " {batchNorm1d {epsilon = 0.001}}, relu, {dense {units = 10}}]";
  private static final String MIXED =
      "{concat {branches = [[{avgPool2d {kernel = 3, stride = 1, padding = 1}}, {conv2d {filters ="
          + " 3, kernel = 1}}], [{conv2d {filters = 2, kernel = 1}}], [{conv2d {filters = 2,"
          + " kernel = 1}}, {conv2d {filters = 3, kernel = 5, padding = 2}}], [{conv2d {filters ="
          + " 2, kernel = 1}}, {conv2d {filters = 3, kernel = 3, padding = 1}}, {conv2d {filters ="
          + " 3, kernel = 3, padding = 1}}]]}}";
  private static final String INCEPTION =
      "[{conv2d {filters = 4, kernel = 5}}, {maxPool2d {kernel = 2}}, relu, "
          + MIXED
          + ", {conv2d {filters = 4, kernel = 5}}, {maxPool2d {kernel = 2}}, relu, "
          + MIXED
          + ", flatten, {dense {units = 10}}]";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "softmax | [flatten, {dense {units = 10}}]",
        "mlp-small | " + MLP,
        "mlp-small-randn | " + MLP,
        "cnn | " + CNN,
        "cnn-last-batch-smaller | " + CNN
      })
  void train_onMnist_hasTheLossesOfPyTorch(String name, String layers) throws IOException {
    String home = System.getenv("MNIST_HOME");
    assumeTrue(
        home != null, "skipped: needs MNIST's files, set MNIST_HOME to the folder that holds them");
    MnistFiles mnist = new MnistFiles(Path.of(home));
    Config golden = GoldenJson.read("parity/" + name + ".json");

    assertParity(
        name,
        golden,
        Runs.network(layers),
        first(mnist.read(Split.TRAIN), golden.getInt("rows")),
        mnist.read(Split.TEST));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "formula | " + STRIDED,
        "formula-residual | " + RESIDUAL,
        "formula-batch-norm | " + BATCH_NORM,
        "formula-inception | " + INCEPTION
      })
  void train_onRowsByAFormula_hasTheLossesOfPyTorch(String name, String layers) {
    Config golden = GoldenJson.read("parity/" + name + ".json");
    LabeledImages rows = formula(golden.getInt("rows"));

    assertParity(name, golden, Runs.network(layers), rows, rows);
  }

  private static void assertParity(
      String name, Config golden, Network network, LabeledImages train, LabeledImages test) {
    float[] weights =
        Safetensors.decode(name, GoldenJson.bytes("parity/" + name + ".safetensors"), network);
    TrainingConfig config =
        config(golden, network.needsWholeShares() ? 1 : TrainingConfig.DEFAULTS.shards());
    RunPlan plan = RunPlan.of(network, normalization(golden), config, train.rows());
    Runs.Told told = new Runs.Told();

    TrainingResult result =
        LocalTrainer.train(
            new TrainingSession(config, plan, weights, false, OptionalLong.empty(), told),
            plan,
            Dealer.group(train, test, config.shards()));

    List<Double> losses = golden.getDoubleList("losses");
    assertEquals(losses.size(), told.steps.size());
    for (int step = 0; step < losses.size(); step++) {
      double expected = losses.get(step);
      double tolerance = step == 0 ? 1e-5 : 5e-4;
      assertEquals(
          expected,
          told.steps.get(step).meanLoss(),
          tolerance * expected,
          name + ", loss of step " + (step + 1));
    }
    for (Parameter parameter : network.parameters()) {
      double expected =
          ((Number) golden.getObject("weight_norms_after").get(parameter.name()).unwrapped())
              .doubleValue();
      assertEquals(expected, norm(result.weights(), parameter), 1e-3 * expected, parameter.name());
    }
    double testLoss = golden.getDouble("test_loss_after");
    assertEquals(testLoss, result.test().meanLoss(), 5e-4 * testLoss);
    assertEquals(golden.getDouble("test_accuracy_after"), result.test().accuracy(), 0.001);
  }

  private static TrainingConfig config(Config golden, int shards) {
    Config optimizer = golden.getConfig("optimizer");
    return new TrainingConfig(
        golden.getInt("epochs"),
        golden.getInt("batch"),
        false,
        42,
        shards,
        new Sgd(
            optimizer.getDouble("lr"),
            optimizer.hasPath("momentum") ? optimizer.getDouble("momentum") : 0,
            optimizer.hasPath("nesterov") && optimizer.getBoolean("nesterov"),
            optimizer.hasPath("weight_decay") ? optimizer.getDouble("weight_decay") : 0),
        new ConstantSchedule());
  }

  private static Normalization normalization(Config golden) {
    if (golden.getIsNull("normalise")) {
      return Normalization.NONE;
    }
    List<Double> values = golden.getDoubleList("normalise");
    return new Normalization(values.get(0), values.get(1));
  }

  private static double norm(float[] weights, Parameter parameter) {
    double squares = 0;
    for (int i = parameter.offset(); i < parameter.offset() + parameter.size(); i++) {
      squares += (double) weights[i] * weights[i];
    }
    return Math.sqrt(squares);
  }

  private static LabeledImages first(LabeledImages images, int rows) {
    assertTrue(rows <= images.rows());
    return new LabeledImages(
        images.height(),
        images.width(),
        Arrays.copyOf(images.pixels(), rows * images.imageSize()),
        Arrays.copyOf(images.labels(), rows));
  }

  /** Row r has label r mod 10; its pixel i is (3 i (label + 1) + r) mod 256. */
  static LabeledImages formula(int rows) {
    byte[] pixels = new byte[rows * 784];
    int[] labels = new int[rows];
    for (int row = 0; row < rows; row++) {
      labels[row] = row % 10;
      for (int i = 0; i < 784; i++) {
        pixels[row * 784 + i] = (byte) (3 * i * (labels[row] + 1) + row);
      }
    }
    return new LabeledImages(28, 28, pixels, labels);
  }
}
