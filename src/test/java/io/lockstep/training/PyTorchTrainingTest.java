package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.Config;
import io.lockstep.base.Settings;
import io.lockstep.data.Dealer;
import io.lockstep.data.LabeledImages;
import io.lockstep.network.Network;
import io.lockstep.network.Safetensors;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each way to train, loss by loss, against PyTorch's from the same first weights; {@code
 * parity/training.py} made the file and says how.
 */
class PyTorchTrainingTest {
  private static final Config GOLDEN = GoldenJson.read("parity/training.json");
  private static final LabeledImages ROWS = PyTorchParityTest.formula(GOLDEN.getInt("rows"));

  static Stream<Named<Config>> cases() {
    return GOLDEN.getConfigList("cases").stream()
        .map(golden -> Named.of(golden.getString("name"), golden));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void train_eachWay_hasTheLossesOfPyTorch(Config golden) {
    Network network = Runs.network(PyTorchParityTest.FORMULA_CNN);
    float[] weights =
        Safetensors.decode("formula", GoldenJson.bytes("parity/formula.safetensors"), network);
    TrainingConfig config =
        TrainingConfig.of(Settings.of(golden.getObject("training"), "training"));
    RunPlan plan = RunPlan.of(network, Runs.NORMALIZATION, config, ROWS.rows());
    Runs.Told told = new Runs.Told();

    TrainingResult result =
        LocalTrainer.train(
            new TrainingSession(config, plan, weights, false, OptionalLong.empty(), told),
            plan,
            Dealer.group(ROWS, ROWS, config.shards()));

    List<Double> losses = golden.getDoubleList("losses");
    List<Double> rates = golden.getDoubleList("rates");
    assertEquals(losses.size(), told.steps.size());
    for (int step = 0; step < losses.size(); step++) {
      StepReport report = told.steps.get(step);
      double rate = rates.get(step);
      assertEquals(rate, report.learningRate(), 1e-8 * rate, "rate of step " + (step + 1));
      double loss = losses.get(step);
      assertEquals(loss, report.meanLoss(), 5e-4 * loss, "loss of step " + (step + 1));
    }
    double testLoss = golden.getDouble("test_loss");
    assertEquals(testLoss, result.test().meanLoss(), 1e-3 * testLoss);
  }
}
