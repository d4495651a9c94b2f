package io.lockstep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lockstep.base.Seeds;
import io.lockstep.data.Digits;
import io.lockstep.data.Split;
import io.lockstep.network.Initializer;
import io.lockstep.network.Network;
import io.lockstep.network.Networks;
import io.lockstep.network.Normalization;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.study.Forecast;
import io.lockstep.study.LargeBatch;
import io.lockstep.study.Study;
import io.lockstep.study.StudyPoint;
import io.lockstep.study.StudyPoints;
import io.lockstep.training.EpochReport;
import io.lockstep.training.EvaluationSum;
import io.lockstep.training.HistoryRecorder;
import io.lockstep.training.StepReport;
import io.lockstep.training.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The pages in a real browser, where there is one. Leaves what they look like in {@code
 * target/screenshots}.
 */
class PagesInBrowserTest {
  private static final int EPOCHS = 4;
  private static final int STEPS = 30;

  @TempDir private static Path folder;

  private static Browser browser;

  @BeforeAll
  static void makePages() throws IOException {
    Optional<Path> executable = Browser.find();
    assumeTrue(executable.isPresent(), "no Chromium on PATH: the pages are not looked at");
    makeReport(Files.createDirectory(folder.resolve("run")));
    makeComparison();
    makeStudy(Files.createDirectory(folder.resolve("study")));
    try {
      browser = new Browser(executable.get(), folder.resolve("profile"));
    } catch (IOException e) {
      abort("the pages are not looked at: " + e.getMessage());
    }
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  private static void makeReport(Path run) throws IOException {
    Files.writeString(RunFolder.runFile(run), "name = digits");
    HistoryRecorder recorder = new HistoryRecorder();
    Pictures pictures = Pictures.of(Digits.draw(Split.TRAIN, 30), Digits.draw(Split.TEST, 100));
    List<String> notices = new ArrayList<>();
    RunReport report = new RunReport(run, recorder, EPOCHS, Optional.of(pictures), notices::add);
    EvaluationSum test = counts();
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      for (int i = 1; i <= STEPS; i++) {
        int step = (epoch - 1) * STEPS + i;
        recorder.onStep(
            new StepReport(
                epoch,
                step,
                2.3 / Math.sqrt(step),
                60,
                64,
                0.1 / epoch,
                3_000_000 + 10_000 * i,
                900_000));
      }
      recorder.onEpoch(
          new EpochReport(
              epoch,
              (long) epoch * STEPS,
              1.0 / epoch,
              1 - 0.2 / epoch,
              Optional.of(test),
              Optional.of(test),
              Optional.empty(),
              100_000_000));
    }
    Network network =
        Network.of(Networks.image(1, 28, 28).conv2d(10, 5).flatten().dense(10).spec());
    report.finish(
        new TrainingResult(
            new float[0],
            recorder.history().best().orElseThrow().epoch(),
            (long) EPOCHS * STEPS,
            400_000_000,
            test,
            recorder.history().best(),
            TrainingResult.Ending.COMPLETE),
        new TrainedNetwork(
            network, Normalization.NONE, Initializer.Scheme.DEFAULTS.draw(network, new Seeds(1))));
    assertEquals(List.of(), notices);
  }

  /** 90 of each class are right, and one each is taken for another. */
  private static EvaluationSum counts() {
    long[] counts = new long[100];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = i % 11 == 0 ? 91 : 1;
    }
    return new EvaluationSum(10, counts, 300);
  }

  private static void makeComparison() throws IOException {
    List<ComparedRun> runs = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      String name = "structure-" + i;
      runs.add(ComparedRun.of(SmallRun.write(folder.resolve("all").resolve(name), name, 3 * i)));
    }
    List<String> notices = new ArrayList<>();
    new ComparisonPage(folder.resolve("all"), 4, notices::add).show(runs);
    assertEquals(List.of(), notices);
  }

  /** Of points that take up to a third longer than the model can say. */
  private static void makeStudy(Path study) {
    SplittableRandom random = new SplittableRandom(7);
    List<StudyPoint> points =
        StudyPoints.ofAllKinds(0).stream()
            .map(point -> point.taking(point.seconds() * random.nextDouble(1, 1.33)))
            .toList();
    Study fitted = Study.of(points);
    List<Forecast.Size> sizes =
        List.of(new Forecast.Size(10_000, 60_000), new Forecast.Size(10_000_000, 60_000_000));
    StudyPage.write(
        study,
        fitted,
        Forecast.all(fitted.model(), sizes, 4096),
        List.of(
            new LargeBatch(64, 0.01, 5, 4690, 2.5, OptionalDouble.of(0.97)),
            new LargeBatch(4096, 0.64, 5, 0, 0, OptionalDouble.empty())),
        "a machine of 2 cores");
  }

  private static String headline(Path file) {
    return switch (file.getFileName().toString()) {
      case RunReport.FILE -> "digits: 91.00 % of 1,000 test rows right";
      case StudyPage.FILE -> "What a step costs: the model is N % off at points it has not seen";
      default -> "4 runs compared: structure-4 has the most test rows right, 97.92 %";
    };
  }

  @ParameterizedTest
  @CsvSource({
    "run/report.html, light, 1200",
    "run/report.html, dark, 1200",
    "run/report.html, light, 390",
    "all/compare.html, light, 1200",
    "all/compare.html, dark, 1200",
    "all/compare.html, dark, 390",
    "study/study.html, light, 1200",
    "study/study.html, dark, 390",
  })
  void page_opened_showsAllWithoutAskingForAnything(String page, String scheme, int width)
      throws IOException {
    Path file = folder.resolve(page);
    boolean isComparison = page.endsWith(ComparisonPage.FILE);

    browser.open(file, width, scheme.equals("dark"));
    browser.picture(
        Path.of("target", "screenshots", file.getFileName() + "-" + scheme + "-" + width + ".png"));

    assertEquals(List.of(), browser.problems());
    assertEquals(List.of(file.toUri().toString()), withoutData(browser.requests()));
    assertEquals(
        headline(file),
        browser
            .evaluate("document.querySelector('h1').textContent")
            .replaceFirst("is [\\d.]+ % off", "is N % off"));
    assertTrue(browser.evaluate("document.title").endsWith(" - lockstep"));
    assertEquals(isComparison ? "4" : "5", browser.evaluate(drawnCurves()));
    assertEquals("0", browser.evaluate("" + overflow()));
    assertEquals("[]", browser.evaluate(unnamed()));
    assertEquals(
        scheme.equals("dark") ? "true" : "false",
        browser.evaluate(
            "/rgb\\((\\d+)/.exec(getComputedStyle(document.body).backgroundColor)[1] < 100"));
  }

  private static List<String> withoutData(List<String> requests) {
    return requests.stream().filter(request -> !request.startsWith("data:")).toList();
  }

  /** How many curves' canvases have something on them. */
  private static String drawnCurves() {
    return """
        [...document.querySelectorAll('.plot canvas')].filter((canvas) =>
          canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((byte) => byte > 0)).length
        """;
  }

  /** By how many pixels the page is wider than the screen. */
  private static String overflow() {
    return "document.documentElement.scrollWidth - innerWidth";
  }

  /** What a screen reader could not name. */
  private static String unnamed() {
    return """
        JSON.stringify([...document.querySelectorAll('[role=img], [role=region], [role=group], section, nav, table, input')]
          .filter((each) => !(each.getAttribute('aria-label') || each.getAttribute('aria-labelledby')
            || each.caption || (each.labels && each.labels.length)))
          .map((each) => each.outerHTML.slice(0, 80)))
        """;
  }

  @ParameterizedTest
  @CsvSource({
    "run/report.html, 'step 119: training, by step 0.2108'",
    "all/compare.html, 'epoch 11: structure-4 97.73 %'",
  })
  void curves_keys_showAndSayValues(String page, String said) {
    browser.open(folder.resolve(page), 1200, false);
    String values =
        "[...document.querySelectorAll('.chart:first-child .u-value')]"
            + ".map((value) => value.textContent).join(' ')";
    String before = browser.evaluate(values);
    browser.evaluate("document.querySelector('.plot').focus()");

    browser.press("End");
    browser.press("ArrowLeft");

    assertEquals(said, browser.evaluate("document.querySelector('[aria-live]').textContent"));
    assertTrue(before.startsWith("– –"), before);
    String shown = browser.evaluate(values);
    assertTrue(shown.startsWith(said.replaceAll("\\D*(\\d+):.*", "$1 ")), shown);
  }

  @Test
  void curves_cursorBetweenPoints_showsTheNearestOfEachRun() {
    browser.open(folder.resolve("all/compare.html"), 1200, false);

    browser.evaluate(
        "charts[2].drawn.setCursor({ left: charts[2].drawn.valToPos(16.4, 'x'), top: 20 })");

    assertEquals(
        "16.5,91.67 %,95.83 %,97.22 %,97.73 %", // seconds, and each run then or at its end
        browser.evaluate(
            "[...charts[2].plot.querySelectorAll('.u-value')].map((each) => each.textContent).join()"));
  }

  @Test
  void curves_choices_areFollowed() {
    browser.open(folder.resolve("all/compare.html"), 1200, false);
    String names =
        "JSON.stringify([...document.querySelectorAll('.plot')].at(-1).innerText.match(/structure-\\d/g))";
    assertEquals(
        "[\"structure-1\",\"structure-2\",\"structure-3\",\"structure-4\"]",
        browser.evaluate(names));

    browser.evaluate("document.querySelector('input[type=checkbox]').click()");
    browser.evaluate("document.querySelector('input[value=logarithmic]').click()");
    browser.evaluate("document.querySelector('input[value=training]').click()");

    assertEquals("[\"structure-2\",\"structure-3\",\"structure-4\"]", browser.evaluate(names));
    assertEquals("4", browser.evaluate(drawnCurves()));
    assertEquals(List.of(), browser.problems());
  }

  @Test
  void browser_badPage_isSeenThrough() throws IOException {
    Path page = folder.resolve("bad.html");
    Files.writeString(
        page,
        "<div style='width: 2000px'>wide</div><img src='missing.png'><table></table>"
            + "<script>console.error('bad')</script><script>nothing()</script>");

    browser.open(page, 390, false);

    assertEquals(2, browser.requests().size(), () -> "" + browser.requests());
    assertTrue(browser.problems().size() >= 2, () -> "" + browser.problems());
    assertNotEquals("0", browser.evaluate(overflow()));
    assertNotEquals("[]", browser.evaluate(unnamed()));
  }
}
