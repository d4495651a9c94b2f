package io.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lockstep.training.BestEpoch;
import io.lockstep.training.EpochReport;
import io.lockstep.training.EvaluationSum;
import io.lockstep.training.Position;
import io.lockstep.training.StepReport;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsoleTest {
  private static final List<String> FIGURES =
      List.of("loss 0.4321", "accuracy 0.8765", "12:05 left", "31,234 images/s");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** What a terminal of 40 columns shows after {@code output}; a line that wraps fails. */
  private static List<String> screen(String output) {
    return Stream.of(output.split("\n", -1))
        .map(
            line -> {
              StringBuilder shown = new StringBuilder();
              for (String part : line.split("\r", -1)) {
                assertTrue(part.length() < 40, () -> "wraps: " + part);
                shown.replace(0, Math.min(part.length(), shown.length()), part);
              }
              return shown.toString().stripTrailing();
            })
        .toList();
  }

  @Test
  void progress_elsewhereThanOnATerminal_printsALinePerEpoch() {
    Console console = new Console(out, Optional.empty());
    try (RunProgress progress = console.progress(3, 1, 3, Position.START)) {
      EvaluationSum test = new EvaluationSum(2, new long[] {3, 1, 0, 4}, 2.0);
      EvaluationSum validation = new EvaluationSum(2, new long[] {1, 0, 0, 1}, 1.0);

      progress.onStep(new StepReport(1, 1, 0.5, 15, 20, 0.1, 1_000, 900));
      progress.onEpoch(
          new EpochReport(
              1,
              1,
              0.5,
              0.75,
              Optional.of(validation),
              Optional.of(test),
              Optional.of(new BestEpoch(1, 1, 0.5, 1)),
              2_000_000_000));
    }

    assertEquals(
        "epoch  1/3  train loss 0.5000, accuracy 0.7500 | validation loss 0.5000, accuracy 1.0000 |"
            + " test loss 0.2500, accuracy 0.8750 | 2.00 s, 10 images/s | best epoch so far"
            + System.lineSeparator(),
        printed());
  }

  @Test
  void progress_onATerminalOf40Columns_writesOverOneLineThatFitsAndGoes() {
    Console console = new Console(out, Optional.of(40));
    PrintStream err = System.err;
    try (RunProgress progress = console.progress(3, 4, 12, Position.START)) {
      progress.onStep(new StepReport(1, 1, 0.5, 15, 20, 0.1, 1_000, 900));
      progress.onStep(new StepReport(1, 2, 0.5, 15, 20, 0.1, 1_000, 900));
      console.say("said");
      assertTrue(System.err != err, "standard error is not kept above the line");
    }

    assertEquals(err, System.err);
    assertEquals(List.of("said", ""), screen(printed()));
    assertTrue(
        printed().contains("\repoch  1/3  50% [===   ]  loss 0.5000"),
        () -> "the state at the end is not shown: " + printed());
    assertTrue(printed().endsWith("\r"), () -> "does not end at a line's begin: " + printed());
  }

  @Test
  void liveLine_whileOthersPrint_staysBelowThem() {
    LiveLine live = new LiveLine(out, 40);
    PrintStream err = live.above(out);

    live.accept("epoch 1, a line that is longer than the terminal is wide");
    err.print("WARN half ");
    live.accept("not into the middle of it");
    err.println("a line");
    live.accept("epoch 2");
    live.end();
    live.accept("too late");

    assertEquals(List.of("WARN half a line", ""), screen(printed()));
    assertEquals(
        "\repoch 1, a line that is longer than t" // 37 columns: Ctrl-C's echo has room
            + "\r"
            + " ".repeat(39)
            + "\rWARN half a line\n\repoch 2\r"
            + " ".repeat(39)
            + "\r",
        printed());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "20 | 'epoch  3/10  50%'",
        "37  | 'epoch  3/10  50% [==   ]  loss 0.4321'",
        "50  | 'epoch  3/10  50% [=========         ]  loss 0.4321'",
        "77  | 'epoch  3/10  50% [========        ]  loss 0.4321, accuracy 0.8765, 12:05 left'",
        "120 | 'epoch  3/10  50% [===============               ]  loss 0.4321, accuracy 0.8765,"
            + " 12:05 left, 31,234 images/s'",
      })
  void line_narrowAndWide_showsTheWeightiestThatFits(int columns, String expected) {
    assertEquals(expected, RunProgress.line("epoch  3/10", 0.5, FIGURES, columns));
  }

  private static String columnsThatTheScriptFinds(String... wrapper) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(wrapper).redirectErrorStream(true);
    builder.environment().put("TERM", "xterm");
    builder.environment().put(Console.COLUMNS, "33"); // of another terminal
    Process process = builder.start();
    process.getOutputStream().close(); // standard input is none
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said.strip();
  }

  @Test
  void script_decidesByStandardOutputAlone() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "skipped: no script(1) here");
    String find = "source submit/lib.sh; find_terminal; echo \"[${LOCKSTEP_COLUMNS-plain}]\"";

    assertEquals("[plain]", columnsThatTheScriptFinds("bash", "-c", find));
    for (String[] expected :
        new String[][] {
          {"[40]", "stty cols 40; true | { " + find + "; }"},
          {"[80]", "stty cols 0; " + find},
          {"[plain]", "TERM=dumb; " + find},
          {"[plain]", "{ " + find + "; } | cat"},
        }) {
      assertEquals(
          expected[0],
          columnsThatTheScriptFinds("script", "-qec", "bash -c '" + expected[1] + "'", "/dev/null"),
          expected[1]);
    }
  }
}
