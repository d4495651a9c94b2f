package io.lockstep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Seeds;
import io.lockstep.data.Digits;
import io.lockstep.data.Split;
import io.lockstep.network.Initializer;
import io.lockstep.network.Network;
import io.lockstep.network.Networks;
import io.lockstep.network.Normalization;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.training.EpochReport;
import io.lockstep.training.EvaluationSum;
import io.lockstep.training.HistoryRecorder;
import io.lockstep.training.Recovery;
import io.lockstep.training.StepReport;
import io.lockstep.training.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunReportTest {
  private static final EvaluationSum TEST = new EvaluationSum(2, new long[] {3, 1, 0, 4}, 2.0);

  @TempDir private Path folder;

  private final List<String> notices = new ArrayList<>();
  private final HistoryRecorder recorder = new HistoryRecorder();

  private RunReport report(String name, Optional<Pictures> pictures) throws IOException {
    Config config = ConfigFactory.empty().withValue("name", ConfigValueFactory.fromAnyRef(name));
    Files.writeString(RunFolder.runFile(folder), config.root().render());
    return new RunReport(folder, recorder, 3, pictures, notices::add);
  }

  private void train(RunReport report) {
    for (int step = 1; step <= 4; step++) {
      recorder.onStep(new StepReport(1, step, 1.0 / step, 6, 8, 0.1, 3_000_000, 1_000_000));
    }
    EpochReport epoch =
        new EpochReport(
            1, 4, 0.5, 0.75, Optional.empty(), Optional.of(TEST), Optional.empty(), 12_000_000);
    recorder.onEpoch(epoch);
    report.onEpoch(epoch);
  }

  private String page() throws IOException {
    return Files.readString(folder.resolve("report.html"));
  }

  private Config data() throws IOException {
    return PageData.of(page());
  }

  private static TrainingResult result() {
    return new TrainingResult(
        new float[0], 1, 4, 12_000_000, TEST, Optional.empty(), TrainingResult.Ending.COMPLETE);
  }

  private static TrainedNetwork network(Networks.Layers spec) {
    Network network = Network.of(spec.spec());
    return new TrainedNetwork(
        network, Normalization.NONE, Initializer.Scheme.DEFAULTS.draw(network, new Seeds(1)));
  }

  @Test
  void onEpoch_runUnderWay_saysHowFarItIs() throws IOException {
    train(report("small", Optional.empty()));

    assertTrue(page().contains("<h1>small, after epoch 1 of 3: 87.50 % of 8 test rows right</h1>"));
    assertFalse(data().getBoolean("finished"));
    assertEquals(List.of(1.0, 0.5, 0.333333, 0.25), data().getDoubleList("steps.loss"));
    assertEquals(2.0, data().getDoubleList("steps.overhead").get(0));
    assertEquals(0.875, data().getConfigList("epochs").get(0).getDouble("testAccuracy"));
    assertEquals(
        "[[3,1],[0,4]]", data().getValue("confusion").unwrapped().toString().replace(" ", ""));
    assertFalse(data().hasPath("training"));
  }

  @Test
  void html_hostileName_staysText() throws IOException {
    train(report("</script><script>alert(1)</script>{{data}}<!--", Optional.empty()));

    assertFalse(page().contains("<script>alert"));
    assertTrue(page().contains("<h1>&lt;/script&gt;&lt;script&gt;alert(1)"));
    assertEquals(
        "</script><script>alert(1)</script>{{data}}<!--",
        ConfigFactory.parseString(data().getString("conf")).getString("name"));
  }

  @Test
  void html_anyRun_asksForNothing() throws IOException {
    train(report("small", Optional.empty()));

    assertTrue(page().contains("default-src 'none'"));
    assertFalse(page().matches("(?s).*<(script|link|img)[^>]*(src|href)=\"(?!data:).*"));
  }

  @Test
  void finish_images_showsAnswersMistakesAndFilters() throws IOException {
    Pictures pictures = Pictures.of(Digits.draw(Split.TRAIN, 30), Digits.draw(Split.TEST, 300));
    RunReport report = report("digits", Optional.of(pictures));
    train(report);

    report.finish(result(), network(Networks.image(1, 28, 28).conv2d(4, 5).flatten().dense(10)));

    assertEquals(List.of(), notices);
    assertTrue(page().contains("<h1>digits: 87.50 % of 8 test rows right</h1>"));
    assertEquals(12, data().getConfigList("training").size());
    int looked = data().getInt("looked"); // as many as there was time for
    assertTrue(looked >= 20 && looked <= 300, () -> "looked at " + looked);
    assertEquals(20, data().getConfigList("test").size());
    assertEquals(10, data().getConfigList("test").get(0).getDoubleList("probabilities").size());
    List<? extends Config> mistakes = data().getConfigList("mistakes");
    assertTrue(mistakes.get(0).getDouble("loss") >= mistakes.get(1).getDouble("loss"));
    assertFalse(mistakes.get(0).getInt("label") == mistakes.get(0).getInt("prediction"));
    assertEquals(4, data().getStringList("filters.pictures").size());
    assertEquals(5, data().getInt("filters.height"));
    for (String figure : List.of("loss.svg", "accuracy.svg", "confusion.svg")) {
      assertTrue(Files.readString(folder.resolve("figures").resolve(figure)).endsWith("</svg>\n"));
    }
  }

  @Test
  void finish_noImages_showsWhatApplies() throws IOException {
    RunReport report = report("vectors", Optional.empty());
    recorder.onRecovery(new Recovery(1, 1, 2, "executor 1", 2, 1, 1_500_000_000));
    train(report);

    report.finish(result(), network(Networks.vector(4).dense(2)));

    assertEquals(List.of(), notices);
    assertFalse(data().hasPath("filters"));
    assertFalse(data().hasPath("mistakes"));
    assertEquals(1, data().getInt("keptEpoch"));
    assertEquals("those after epoch 1, the last", data().getString("kept"));
    assertEquals(1.5, data().getConfigList("recoveries").get(0).getDouble("seconds"));
  }

  @Test
  void onEpoch_pageThatCannotBeWritten_saysSoOnceAndGoesOn() throws IOException {
    RunReport report = report("small", Optional.empty());
    Path there = Files.createDirectories(folder.resolve("report.html/inside"));

    train(report);
    report.finish(result(), network(Networks.vector(4).dense(2)));

    assertTrue(Files.exists(there));
    assertEquals(1, notices.size(), notices::toString);
    assertTrue(
        notices
            .get(0)
            .startsWith(
                "the run goes on without a new report.html: "
                    + folder.resolve("report.html")
                    + " can't be written: "),
        notices::toString);
  }
}
