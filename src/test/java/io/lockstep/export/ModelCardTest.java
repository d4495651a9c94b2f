package io.lockstep.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.lockstep.base.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelCardTest {
  private static final String METRICS =
      """
      metrics {
        test_accuracy = 0.5
        test_loss = 1.25
        classes = [{class = 0, f1 = 0.5, precision = 0.25, recall = 0.75, support = 1000}]
      }
      """;

  private static Config provenance(String more) {
    return ConfigFactory.parseString(
        """
        name = small
        data { trainRows = all, validationRows = 100 }
        provenance { data = "generated digits", dataSha256 = abc }
        training { epochs = 2, optimizer { sgd { learningRate = 0.1 } } }
        """
            + METRICS
            + more);
  }

  @Test
  void ofRun_model_isTheGoldenCard() throws IOException {
    Path golden = Path.of("src", "test", "resources", "golden", "export", "card.md");

    assertEquals(
        Files.readString(golden),
        ModelCard.ofRun(Models.everyLayer(1), provenance(""))
            .replace(ModelCard.escaped(Version.LOCKSTEP), "VERSION"));
  }

  @Test
  void ofRun_bestEpochThatWasKept_saysSo() {
    String card =
        ModelCard.ofRun(
            Models.everyLayer(1),
            provenance(
                """
                metrics { kept_epoch = 7, best_epoch = 7, best_validation_accuracy = 0.98125,
                  best_validation_loss = 0.0625, stopped_early = true }
                """));

    assertTrue(
        card.contains(
            "\n- weights: those after epoch 7, the best by validation\\: accuracy 0.9813, loss"
                + " 0.0625\n- stopped early"),
        card);
  }

  @Test
  void ofRun_hostileNames_areShownAndDoNothing() {
    String card =
        ModelCard.ofRun(
            Models.everyLayer(1),
            provenance(
                """
                name = "x\\n# <script>alert(1)</script> | [a](b) `c`"
                provenance { data = "![](http://a)\\n\\n|---|" }
                training { note = "\\n```\\n# title" }
                """));

    assertTrue(
        card.startsWith(
            "# x \\# \\<script\\>alert(1)\\</script\\> \\| \\[a\\](b) \\`c\\`\n\nA network"),
        card);
    assertTrue(card.contains("\n- \\!\\[\\](http\\://a)  \\|---\\|\n"), card);
    assertTrue(card.contains("    note=\"\\n```\\n# title\"\n"), card);
    assertEquals(6, card.lines().filter(line -> line.startsWith("#")).count(), card);
  }

  @Test
  void ofSparkModel_model_saysHowToLoadItInPython() {
    String card =
        ModelCard.ofSparkModel(Models.everyLayer(1), "neural_1", List.of("2 epochs *in* 3 s"));

    assertTrue(card.startsWith("# neural\\_1\n"), card);
    assertTrue(card.contains("\n- 2 epochs \\*in\\* 3 s\n"), card);
    assertTrue(
        card.contains("\n    model = NeuralNetworkClassificationModel.load(\"model\")\n"), card);
  }
}
