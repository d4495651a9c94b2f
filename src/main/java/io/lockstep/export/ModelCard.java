package io.lockstep.export;

import com.typesafe.config.Config;
import io.lockstep.base.HoconText;
import io.lockstep.base.Version;
import io.lockstep.network.Network;
import io.lockstep.network.Normalization;
import io.lockstep.network.Outline;
import io.lockstep.network.Safetensors;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.training.BestEpoch;
import io.lockstep.training.KeptEpoch;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a person wants to know of a model, as Markdown: where it comes from, what it is made of, how
 * good it is, how to load it. Mitchell et al., "Model Cards for Model Reporting"
 * (arXiv:1810.03993).
 *
 * <p>Names and paths come from outside: whatever is in them shows as it is, and does nothing.
 */
public final class ModelCard {
  /** The file in a model's folder. */
  public static final String FILE = "README.md";

  private final StringBuilder text = new StringBuilder();

  private ModelCard() {}

  /**
   * The card of a run's model.
   *
   * @param provenance all that {@code run.conf} says, and {@code metrics}
   */
  public static String ofRun(TrainedNetwork model, Config provenance) {
    ModelCard card = new ModelCard();
    card.title(string(provenance, "name"), model);
    card.data(model.normalization(), provenance);
    card.network(model.network());
    card.settings(provenance);
    card.metrics(provenance.getConfig("metrics"));
    card.section("To load it");
    card.java("TrainedNetwork network = Network.load(Path.of(\"model\"));");
    card.commands("");
    return card.text.toString();
  }

  /**
   * The card of a saved Spark ML model.
   *
   * @param uid of the model
   * @param training how it went, where that is known
   */
  public static String ofSparkModel(TrainedNetwork model, String uid, List<String> training) {
    ModelCard card = new ModelCard();
    card.title(uid, model);
    card.network(model.network());
    card.section("Training");
    training.forEach(line -> card.line("- " + escaped(line)));
    card.line("- input normalisation: " + normalization(model.normalization()));
    card.section("To load it");
    card.java(
        "NeuralNetworkClassificationModel model = NeuralNetworkClassificationModel.load(\"model\");");
    card.line("Python, with `lockstep` among PySpark's `--py-files`:");
    card.line("");
    card.line("    from lockstep import NeuralNetworkClassificationModel");
    card.line("    model = NeuralNetworkClassificationModel.load(\"model\")");
    card.line("");
    card.line("Without Spark: `Network.load(Path.of(\"model\"))`.");
    card.line("");
    card.commands(" (of a model on a local disk)");
    return card.text.toString();
  }

  private void title(String name, TrainedNetwork model) {
    line("# " + escaped(name));
    line("");
    line(
        String.format(
            Locale.ROOT,
            "A network that tells %d classes from a %s, trained by lockstep %s. Its %,d weights have"
                + " the SHA-256",
            model.network().classes(),
            model.network().spec().input(),
            escaped(Version.LOCKSTEP),
            model.network().parameterCount()));
    line("`" + Safetensors.sha256(model.weights()) + "`.");
  }

  private void data(Normalization normalization, Config provenance) {
    section("Data");
    line("- " + escaped(string(provenance, "provenance.data")));
    line("- SHA-256 of the rows: " + escaped(string(provenance, "provenance.dataSha256")));
    line("- training rows: " + escaped(string(provenance, "data.trainRows")));
    line("- validation rows: " + escaped(string(provenance, "data.validationRows")));
    line("- normalisation: " + normalization(normalization));
  }

  private static String normalization(Normalization normalization) {
    return "(x - "
        + normalization.mean()
        + ") / "
        + normalization.std()
        + ", a byte is value / 255";
  }

  private void network(Network network) {
    section("Network");
    line("| layer | | output | parameters |");
    line("|---|---|---|---:|");
    rows(network.outline());
  }

  private void rows(List<Outline> layers) {
    for (Outline layer : layers) {
      line(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %,d |",
              layer.name(),
              escaped(description(layer)),
              layer.output(),
              layer.parameterCount()));
      layer.branches().forEach(this::rows);
    }
  }

  private static String description(Outline layer) {
    return layer.branches().isEmpty()
        ? layer.layer().toConfig().render(HoconText.COMPACT)
        : layer.layer().kind() + " of the next lines";
  }

  /** As it stands in the run file; indented, it is code and no Markdown. */
  private void settings(Config provenance) {
    section("Settings");
    for (String key : List.of("training", "init", "data.augment", "provenance")) {
      if (provenance.hasPath(key)) {
        String value = provenance.getValue(key).render(HoconText.HOCON);
        (key + " {\n" + value.indent(2) + "}").lines().forEach(line -> line("    " + line));
      }
    }
  }

  private void metrics(Config metrics) {
    section("What it reaches");
    for (String key : List.of("test_accuracy", "test_loss", "steps", "seconds_training")) {
      if (metrics.hasPath(key)) {
        line("- " + key.replace('_', ' ') + ": " + escaped(string(metrics, key)));
      }
    }
    if (metrics.hasPath("kept_epoch")) {
      line("- weights: " + escaped(kept(metrics).toString()));
    }
    if (metrics.hasPath("stopped_early") && metrics.getBoolean("stopped_early")) {
      line("- stopped early: the validation accuracy had not risen for as long as it may");
    }
    line("");
    line("| class | precision | recall | F1 | rows |");
    line("|---:|---:|---:|---:|---:|");
    for (Config each : metrics.getConfigList("classes")) {
      line(
          String.format(
              Locale.ROOT,
              "| %d | %.4f | %.4f | %.4f | %,d |",
              each.getInt("class"),
              each.getDouble("precision"),
              each.getDouble("recall"),
              each.getDouble("f1"),
              each.getLong("support")));
    }
  }

  private static KeptEpoch kept(Config metrics) {
    return new KeptEpoch(
        metrics.getInt("kept_epoch"),
        metrics.hasPath("best_epoch")
            ? Optional.of(
                new BestEpoch(
                    metrics.getInt("best_epoch"),
                    metrics.getDouble("best_validation_accuracy"),
                    metrics.getDouble("best_validation_loss"),
                    metrics.getInt("best_epoch")))
            : Optional.empty());
  }

  private void java(String code) {
    line("`model` stands for this folder. Java:");
    line("");
    line("    " + code);
    line("");
  }

  private void commands(String which) {
    line("Python, C++ and others, by a file of their own" + which + ":");
    line("");
    line("    submit/export.sh --model model --format onnx --output model.onnx");
    line("    submit/export.sh --model model --format pytorch --output model.py");
    line("");
    line("On files:");
    line("");
    line("    submit/predict.sh --model model --input FILES --output predictions");
  }

  private void section(String name) {
    line("");
    line("## " + name);
    line("");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private static String string(Config config, String key) {
    return config.hasPath(key) ? config.getValue(key).unwrapped().toString() : "unknown";
  }

  /**
   * {@code text} as Markdown shows it as it is: every mark of punctuation has its backslash, see
   * CommonMark, "Backslash escapes"; it stays one line.
   */
  static String escaped(String text) {
    return text.codePoints()
        .mapToObj(
            point -> {
              String letter = Character.toString(point);
              boolean isBlank = Character.isISOControl(point) || point == 0x2028 || point == 0x2029;
              boolean isMark = point < 0x7f && !Character.isLetterOrDigit(point) && point > ' ';
              return isBlank
                  ? " "
                  : isMark && "-.,()/=%".indexOf(point) < 0 ? "\\" + letter : letter;
            })
        .collect(Collectors.joining());
  }
}
