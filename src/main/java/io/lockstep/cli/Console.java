package io.lockstep.cli;

import io.lockstep.training.Position;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;

/** What a person sees: one live line while an epoch runs on a terminal, plain lines elsewhere. */
final class Console {
  /** Set by the submit scripts if standard output is a terminal: how wide it is. */
  static final String COLUMNS = "LOCKSTEP_COLUMNS";

  private static final int FEWEST_COLUMNS = 20;

  private final PrintStream out;
  private final Optional<LiveLine> live;

  /**
   * A console.
   *
   * @param columns of the terminal that {@code out} is, if it is one
   */
  Console(PrintStream out, Optional<Integer> columns) {
    this.out = out;
    this.live =
        columns.filter(width -> width >= FEWEST_COLUMNS).map(width -> new LiveLine(out, width));
  }

  /** The process's own. */
  static Console ofProcess() {
    return new Console(
        System.out,
        Optional.ofNullable(System.getenv(COLUMNS))
            .filter(columns -> columns.matches("\\d{1,5}"))
            .map(Integer::valueOf));
  }

  /** Prints one line. */
  void say(String format, Object... arguments) {
    String line = String.format(Locale.ROOT, format, arguments);
    if (live.isPresent()) {
      synchronized (live.get()) {
        live.get().clear();
        out.println(line);
      }
    } else {
      out.println(line);
    }
  }

  /** Shows no live line from here on: the process may end at any time. */
  void endLive() {
    live.ifPresent(LiveLine::end);
  }

  /**
   * Shows a run.
   *
   * @param epochs of the run
   * @param lastStep of the run
   * @param begin where it starts, or goes on
   */
  RunProgress progress(int epochs, int stepsPerEpoch, long lastStep, Position begin) {
    return new RunProgress(this, live, epochs, stepsPerEpoch, lastStep, begin);
  }
}
