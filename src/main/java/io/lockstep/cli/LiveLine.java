package io.lockstep.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * The last line of a terminal, which is written over and over in its place. What is printed
 * meanwhile stands above it: its writer says {@link #clear} first, holding this object's lock.
 */
final class LiveLine implements ProgressBarConsumer {
  /** The last column stays empty, or the terminal wraps, and so do two for the echo of Ctrl-C. */
  private static final int MARGIN = 3;

  private final PrintStream out;
  private final int columns;
  private int shown;
  private boolean rests;
  private boolean ended;

  LiveLine(PrintStream out, int columns) {
    this.out = out;
    this.columns = columns;
  }

  @Override
  public int getMaxRenderedLength() {
    return columns - MARGIN;
  }

  /** Shows {@code line}, as much of it as fits, instead of what it shows. */
  @Override
  public synchronized void accept(String line) {
    if (rests || ended) {
      return;
    }
    String text = line.substring(0, Math.min(line.length(), getMaxRenderedLength()));
    out.print("\r" + text + " ".repeat(Math.max(0, shown - text.length())));
    out.flush();
    shown = text.length();
  }

  /** Leaves an empty line, and the cursor at its begin. */
  @Override
  public synchronized void clear() {
    if (shown > 0) {
      out.print("\r" + " ".repeat(columns - 1) + "\r");
      out.flush();
      shown = 0;
    }
  }

  /** Shows nothing any more. */
  synchronized void end() {
    clear();
    ended = true;
  }

  @Override
  public void close() {
    clear();
  }

  /** What is printed to {@code other} through this, on the same terminal, stands above the line. */
  PrintStream above(PrintStream other) {
    return new PrintStream(new Above(other), true, Charset.defaultCharset());
  }

  private final class Above extends FilterOutputStream {
    private Above(OutputStream other) {
      super(other);
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      synchronized (LiveLine.this) {
        clear();
        out.write(bytes, offset, length);
        rests = length > 0 ? bytes[offset + length - 1] != '\n' : rests; // till its line is whole
      }
    }
  }
}
