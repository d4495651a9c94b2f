package io.lockstep.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lines of numbers under a head, with commas between.
 *
 * @param file that it is
 * @param head names of the columns
 * @param lines under it, the whole ones: what a crash cut off, or is being written, is not there
 *     yet
 * @param cutOff whether there is such a line
 */
public record NumberTable(Path file, List<String> head, List<String> lines, boolean cutOff) {
  /**
   * Reads {@code file}.
   *
   * @throws InvalidInputException if it is no text, or has no head
   * @throws UncheckedIOException naming the file
   */
  public static NumberTable read(Path file) {
    try {
      String text = Files.readString(file);
      int end = text.lastIndexOf('\n') + 1;
      List<String> whole = text.substring(0, end).lines().toList();
      if (whole.isEmpty()) {
        throw new InvalidInputException(
            file + " must begin with a head that names its columns, but is empty.");
      }
      List<String> head = Arrays.asList(whole.get(0).split(",", -1));
      return new NumberTable(file, head, whole.subList(1, whole.size()), end < text.length());
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(file + " is damaged: it is no UTF-8 text.", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be read: " + WholeFiles.reason(e), e);
    }
  }

  /** Whether there is such a column. */
  public boolean has(String column) {
    return head.contains(column);
  }

  /** Its lines. */
  public List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (String line : lines) {
      rows.add(new Row(this, rows.size() + 2, Arrays.asList(line.split(",", -1))));
    }
    return rows;
  }

  /**
   * A line.
   *
   * @param table that it is of
   * @param line its number, 1 being the head's
   * @param cells one for each column
   */
  public record Row(NumberTable table, int line, List<String> cells) {
    public Row {
      if (cells.size() != table.head.size()) {
        throw new InvalidInputException(
            String.format(
                "%s is damaged: line %d must have %d cells, but has %d.",
                table.file, line, table.head.size(), cells.size()));
      }
    }

    /**
     * What stands in {@code column}.
     *
     * @throws InvalidInputException if there is none
     */
    public String text(String column) {
      int index = table.head.indexOf(column);
      if (index < 0) {
        throw new InvalidInputException(
            String.format(
                "%s must have a column %s, but has %s. It is of another version of lockstep: read"
                    + " it with that one.",
                table.file, column, String.join(", ", table.head)));
      }
      return cells.get(index);
    }

    /** The number in {@code column}, which may be NaN. */
    public double number(String column) {
      String cell = text(column);
      try {
        return Double.parseDouble(cell);
      } catch (NumberFormatException e) {
        throw noNumber(column, cell, e);
      }
    }

    /** The whole number in {@code column}, of at most nine digits. */
    public long whole(String column) {
      String cell = text(column);
      if (!cell.matches("\\d{1,9}")) {
        throw noNumber(column, cell, null);
      }
      return Long.parseLong(cell);
    }

    private InvalidInputException noNumber(String column, String cell, Throwable cause) {
      return new InvalidInputException(
          String.format(
              "%s is damaged: %s of line %d must be a number, but was \"%s\".",
              table.file, column, line, cell),
          cause);
    }
  }
}
