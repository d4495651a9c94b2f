package io.lockstep.model;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.HoconReader;
import io.lockstep.base.HoconText;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import io.lockstep.checkpoint.CheckpointConfig;
import io.lockstep.data.Augmentation;
import io.lockstep.distributed.DistributedConfig;
import io.lockstep.distributed.RowStorage;
import io.lockstep.distributed.Synchronization;
import io.lockstep.distributed.Topology;
import io.lockstep.network.Dense;
import io.lockstep.network.Initializer;
import io.lockstep.network.LayerSpec;
import io.lockstep.network.NetworkSpec;
import io.lockstep.network.Normalization;
import io.lockstep.network.Relu;
import io.lockstep.network.Shape;
import io.lockstep.run.RunConfig;
import io.lockstep.run.RunDescription;
import io.lockstep.training.GradientFormat;
import io.lockstep.training.OptimizerConfig;
import io.lockstep.training.Schedule;
import io.lockstep.training.Selection;
import io.lockstep.training.TrainingConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.param.Param;

/** Resolves an estimator's params to the run that they describe. */
final class FitSettings {
  /** Of {@code augment}: every image as it is. */
  static final String NO_AUGMENTATION = "none";

  /** Of {@code patience}: however long the fit takes. */
  static final int ALL_EPOCHS = 0;

  private FitSettings() {}

  /**
   * The run that {@code stage} asks for.
   *
   * @throws InvalidInputException if params contradict each other, or the network is missing
   */
  static RunDescription of(NeuralNetworkClassifier stage) {
    return RunDescription.of(
        new RunConfig(
            stage.uid(),
            new RunConfig.Data(
                RunConfig.Data.DEFAULTS.source(), // the DataFrame is all the rows there are
                new Normalization(stage.getNormalizeMean(), stage.getNormalizeStd()),
                0,
                0,
                augmentation(stage.getAugment())),
            networkOf(stage),
            new Initializer.Scheme(
                initializer(stage.getWeightInitializer()), initializer(stage.getBiasInitializer())),
            new TrainingConfig(
                stage.getMaxEpochs(),
                stage.getBatchSize(),
                stage.getShuffle(),
                stage.getShuffleBlock(),
                stage.getSeed(),
                stage.getShards(),
                optimizer(stage),
                schedule(stage.getSchedule()),
                stage.getClipNorm(),
                stage.getLabelSmoothing(),
                stage.getAverageWeights(),
                stage.getAverageEvery(),
                GradientFormat.of(stage.getGradients()),
                selection(stage)),
            DistributedConfig.DEFAULTS
                .withCrew(stage.getWorkers(), Synchronization.of(stage.getSynchronization()))
                .with(Topology.of(stage.getExchange()), RowStorage.of(stage.getRows())),
            CheckpointConfig.DEFAULTS));
  }

  /** Which rows there are is known later; here, whether any were asked for. */
  private static Selection selection(NeuralNetworkClassifier stage) {
    int patience = stage.getPatience();
    Selection selection =
        new Selection(
            keep(stage.getKeep()),
            patience == ALL_EPOCHS ? Selection.UNLIMITED : patience,
            Selection.DEFAULTS.testEveryEpoch());
    boolean validates =
        stage.getValidationFraction() > 0 || TrainingRows.indicator(stage).isPresent();
    selection.requireRows(
        "", validates ? 1 : 0, "Set validationFraction > 0 or validationIndicatorCol");
    return selection;
  }

  static Selection.Keep keep(String name) {
    return Selection.Keep.of(name, "keep");
  }

  private static NetworkSpec networkOf(NeuralNetworkClassifier stage) {
    boolean network = stage.isDefined(stage.network());
    boolean layers = stage.isDefined(stage.layers());
    if (network == layers) {
      throw new InvalidInputException(
          "Exactly one of network and layers must be set, but "
              + (network ? "both are" : "neither is")
              + ". Call setLayers(784, 200, 10), or setNetwork(\"input = [1, 28, 28], layers ="
              + " [...]\").");
    }
    return network ? network(stage.getNetwork()) : network(stage.getLayers());
  }

  /** The network that {@code hocon} describes, with or without {@code network { ... }} around. */
  static NetworkSpec network(String hocon) {
    ConfigObject config = HoconReader.text("network", hocon).root();
    ConfigValue section = config.getOrDefault("network", config);
    return NetworkSpec.of(Settings.of(section, "network"));
  }

  /** Dense layers of these many units, the first being the input, with ReLU between them. */
  static NetworkSpec network(int[] units) {
    Checks.require(
        units.length >= 2 && Arrays.stream(units).allMatch(unit -> unit >= 1),
        "layers must name at least an input and an output size, each >= 1",
        Arrays.toString(units));
    List<LayerSpec> layers = new ArrayList<>();
    for (int i = 1; i < units.length; i++) {
      if (i > 1) {
        layers.add(new Relu());
      }
      layers.add(new Dense(units[i]));
    }
    return new NetworkSpec(new Shape.Vector(units[0]), layers);
  }

  static Augmentation augmentation(String hocon) {
    return hocon.strip().equals(NO_AUGMENTATION)
        ? Augmentation.NONE
        : Augmentation.of(Settings.of(HoconReader.text("augment", hocon).root(), "augment"));
  }

  static Initializer initializer(String hocon) {
    return Initializer.of(value("initializer", hocon), "initializer");
  }

  static Schedule schedule(String hocon) {
    return Schedule.of(value("schedule", hocon), "schedule");
  }

  static OptimizerConfig optimizer(String hocon) {
    return OptimizerConfig.of(value("optimizer", hocon), "optimizer");
  }

  /**
   * The optimizer that {@code stage} describes, with those of its settings that are params of their
   * own and were set. A setting that the optimizer does not know, or that was set twice, is
   * refused.
   */
  static OptimizerConfig optimizer(NeuralNetworkClassifier stage) {
    Settings.Choice choice = Settings.choice(value("optimizer", stage.getOptimizer()), "optimizer");
    Map<String, ConfigValue> settings = new TreeMap<>();
    for (String key : choice.settings().keys()) {
      choice.settings().value(key).ifPresent(value -> settings.put(key, value));
    }
    for (Param<?> param :
        List.of(stage.learningRate(), stage.momentum(), stage.nesterov(), stage.weightDecay())) {
      if (stage.isSet(param)) {
        Object value = stage.getOrDefault(param);
        ConfigValue twice =
            settings.put(
                param.name(), ConfigValueFactory.fromAnyRef(value, "the param " + param.name()));
        if (twice != null) {
          throw new InvalidInputException(
              String.format(
                  "%s must be set once, but the param %s is %s and the param optimizer says %s."
                      + " Clear one of them.",
                  choice.settings().name(param.name()), param.name(), value, text(twice)));
        }
      }
    }
    return OptimizerConfig.of(
        ConfigValueFactory.fromMap(Map.of(choice.kind(), settings)), "optimizer");
  }

  /** A name, or {@code name { ... }} with or without braces around. */
  private static ConfigValue value(String name, String hocon) {
    boolean bare = hocon.contains("{") && !hocon.strip().startsWith("{");
    String setting = name + " = " + (bare ? "{" + hocon + "}" : hocon);
    Settings settings = Settings.of(HoconReader.text(name, setting));
    return settings.value(name).orElseThrow(() -> new InvalidInputException(name + " is not set"));
  }

  /** What the readers above read back to {@code value}. */
  static String text(ConfigValue value) {
    return value.render(HoconText.COMPACT);
  }
}
