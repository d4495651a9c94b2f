package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.Config;
import io.lockstep.base.Settings;
import io.lockstep.lanes.Lanes;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values and gradients against PyTorch's; {@code golden.py} beside the files made them. */
class PyTorchLayersTest {
  static Stream<Named<Config>> cases() {
    return cases("layers.json");
  }

  static Stream<Named<Config>> networks() {
    return cases("networks.json");
  }

  private static Stream<Named<Config>> cases(String file) {
    return Golden.read(file).getConfigList("cases").stream()
        .map(golden -> Named.of(golden.getString("name"), golden));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void layer_forwardAndGradients_equalPyTorchs(Config golden) {
    Shape input = Shape.of("input", golden.getIntList("input"));
    Layer layer = ((LayerSpec.Leaf) LayerSpec.of(golden.getValue("layer"), "layer")).on(input);
    LayerRun run = new LayerRun(layer, golden.getInt("batch"));
    run.fill(Golden.floats(golden, "x"), Golden.floats(golden, "parameters"));
    float[] outputGradient = Golden.floats(golden, "outputGradient");
    boolean scoring = golden.hasPath("learning") && !golden.getBoolean("learning");
    if (!scoring) {
      run.learn();
    }

    run.forward();
    if (scoring) {
      Golden.assertClose("y", Golden.floats(golden, "y"), run.output);
      return;
    }
    System.arraycopy(outputGradient, 0, run.outputGradient, 0, outputGradient.length);
    float[] parameterGradient = run.parameterGradient();
    run.computeInputGradient();

    Golden.assertClose("y", Golden.floats(golden, "y"), run.output);
    Golden.assertClose(
        "parameter gradient", Golden.floats(golden, "parameterGradient"), parameterGradient);
    Golden.assertClose("input gradient", Golden.floats(golden, "inputGradient"), run.inputGradient);
  }

  @Test
  void crossEntropy_lossAndGradient_equalPyTorchs() {
    Config golden = Golden.read("loss.json");
    int classes = golden.getInt("classes");
    List<Integer> labels = golden.getIntList("labels");
    Lanes logits = Rows.lanes(classes, Golden.floats(golden, "logits"));
    Lanes gradient = Lanes.zeros(classes, logits.width());
    List<Double> losses = golden.getDoubleList("losses");

    for (int i = 0; i < labels.size(); i++) {
      double loss =
          SoftmaxCrossEntropy.lossAndGradient(
              logits, i, labels.get(i), gradient, new double[gradient.size()]);

      assertEquals(losses.get(i), loss, 1e-6 * Math.max(1, losses.get(i)), "loss " + i);
      assertEquals(loss, SoftmaxCrossEntropy.loss(logits, i, labels.get(i)));
    }
    Golden.assertClose(
        "gradient", Golden.floats(golden, "gradient"), Rows.of(gradient, labels.size()));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void network_lossAndGradient_equalPyTorchs(Config golden) {
    Network network =
        Network.of(NetworkSpec.of(Settings.of(golden.getValue("network"), "network")));
    List<Integer> labels = golden.getIntList("labels");
    float[] weights = Golden.floats(golden, "weights");
    float[] x = Golden.floats(golden, "x");
    Workspace workspace = network.newWorkspace(labels.size());
    workspace.input().fill(x, 0, labels.size());

    Lanes logits = network.logits(weights, workspace);
    double lossSum = 0;
    for (int i = 0; i < labels.size(); i++) {
      lossSum +=
          SoftmaxCrossEntropy.lossAndGradient(
              logits, i, labels.get(i), workspace.logitsGradient(), new double[logits.size()]);
    }
    float[] logitValues = Rows.of(logits, labels.size());
    float[] gradient = new float[network.parameterCount()];
    network.gradient(weights, workspace, Rows.whole(labels.size(), gradient, false));

    for (Parameter parameter : network.parameters()) {
      assertEquals(
          golden.getConfig("parameters").root().get(parameter.name()).unwrapped(),
          parameter.shape(),
          parameter.name());
    }
    assertEquals(golden.getConfig("parameters").root().size(), network.parameters().size());
    Golden.assertClose("logits", Golden.floats(golden, "logits"), logitValues);
    assertEquals(golden.getDouble("lossSum"), lossSum, 1e-5);
    Golden.assertClose("gradient", Golden.floats(golden, "gradient"), gradient);
  }
}
