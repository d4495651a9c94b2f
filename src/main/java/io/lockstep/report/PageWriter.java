package io.lockstep.report;

import io.lockstep.base.WholeFiles;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Writes a page as often as it does not slow down what it is of. It may fail: what it is of goes
 * on, and each reason is told once.
 */
final class PageWriter {
  /** The page takes at most one part in so many of the time. */
  private static final int PAUSE = 50;

  private final Path file;
  private final String goesOn;
  private final Consumer<String> notices;
  private String lastFailure = "";
  private long spentNanos;
  private long dueNanos = System.nanoTime();

  /**
   * The writer of {@code file}.
   *
   * @param of what goes on if it can't be written, such as "the run"
   * @param notices hears, in a line, why there is no page
   */
  PageWriter(Path file, String of, Consumer<String> notices) {
    this.file = file;
    this.goesOn = of + " goes on without a new " + file.getFileName() + ": ";
    this.notices = notices;
  }

  /** Writes the page if it was not written a moment ago. */
  void writeIfDue(Supplier<Page> page) {
    if (System.nanoTime() >= dueNanos) {
      write(page);
    }
  }

  /** Writes the page. */
  void write(Supplier<Page> page) {
    write(page, () -> {});
  }

  /** Writes the page, and then {@code rest}. */
  void write(Supplier<Page> page, Runnable rest) {
    long begin = System.nanoTime();
    try {
      WholeFiles.write(file, page.get().html());
      rest.run();
    } catch (RuntimeException e) {
      String failure = String.valueOf(e.getMessage());
      if (!failure.equals(lastFailure)) {
        notices.accept(goesOn + failure);
      }
      lastFailure = failure;
    }
    long nanos = System.nanoTime() - begin;
    spentNanos += nanos;
    dueNanos = begin + PAUSE * nanos;
  }

  /** What it took so far. */
  double spentSeconds() {
    return spentNanos / 1e9;
  }
}
