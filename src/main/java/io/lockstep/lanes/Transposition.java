package io.lockstep.lanes;

/**
 * Turns rows into columns, of floats or of what bytes mean. Eight rows at a time: so each loop has
 * few streams to read, writes runs of values, and checks a running index once for eight of them;
 * and some columns at a time, whose values stay in the nearest cache until all rows are written.
 */
final class Transposition {
  private static final int ROWS = 8;
  private static final int COLUMNS = 64;

  private Transposition() {}

  /** {@code y[yAt + column * yRow + row] = x[xAt + row * xRow + column]}. */
  static void transpose(
      float[] x, int xAt, int xRow, float[] y, int yAt, int yRow, int rows, int columns) {
    for (int column = 0; column < columns; column += COLUMNS) {
      int some = Math.min(COLUMNS, columns - column);
      block(x, xAt + column, xRow, y, yAt + column * yRow, yRow, rows, some);
    }
  }

  private static void block(
      float[] x, int xAt, int xRow, float[] y, int yAt, int yRow, int rows, int columns) {
    int whole = rows / ROWS * ROWS;
    for (int row = 0; row < whole; row += ROWS) {
      eightRows(x, xAt + row * xRow, xRow, y, yAt + row, yRow, columns);
    }
    for (int row = whole; row < rows; row++) {
      oneRow(x, xAt + row * xRow, y, yAt + row, yRow, columns);
    }
  }

  private static void eightRows(
      float[] x, int xAt, int xRow, float[] y, int yAt, int yRow, int columns) {
    int b = xAt + xRow;
    int c = b + xRow;
    int d = c + xRow;
    int e = d + xRow;
    int f = e + xRow;
    int g = f + xRow;
    int h = g + xRow;
    int to = yAt;
    for (int column = 0; column < columns; column++) {
      y[to] = x[xAt + column];
      y[to + 1] = x[b + column];
      y[to + 2] = x[c + column];
      y[to + 3] = x[d + column];
      y[to + 4] = x[e + column];
      y[to + 5] = x[f + column];
      y[to + 6] = x[g + column];
      y[to + 7] = x[h + column];
      to += yRow;
    }
  }

  private static void oneRow(float[] x, int xAt, float[] y, int yAt, int yRow, int columns) {
    int to = yAt;
    for (int column = 0; column < columns; column++) {
      y[to] = x[xAt + column];
      to += yRow;
    }
  }

  /** The same of unsigned bytes: {@code y[...] = meanings[x[...]]}. */
  static void transpose(
      byte[] x,
      int xAt,
      int xRow,
      float[] meanings,
      float[] y,
      int yAt,
      int yRow,
      int rows,
      int columns) {
    int whole = rows / ROWS * ROWS;
    for (int column = 0; column < columns; column += COLUMNS) {
      int end = Math.min(columns, column + COLUMNS);
      for (int row = 0; row < whole; row += ROWS) {
        eightRows(x, xAt + row * xRow, xRow, column, end, meanings, y, yAt + row, yRow);
      }
      for (int row = whole; row < rows; row++) {
        oneRow(x, xAt + row * xRow, column, end, meanings, y, yAt + row, yRow);
      }
    }
  }

  private static void eightRows(
      byte[] x,
      int a,
      int xRow,
      int from,
      int end,
      float[] meanings,
      float[] y,
      int yAt,
      int yRow) {
    int b = a + xRow;
    int c = b + xRow;
    int d = c + xRow;
    int e = d + xRow;
    int f = e + xRow;
    int g = f + xRow;
    int h = g + xRow;
    int to = yAt + from * yRow;
    for (int column = from; column < end; column++) {
      y[to] = meanings[x[a + column] & 0xff];
      y[to + 1] = meanings[x[b + column] & 0xff];
      y[to + 2] = meanings[x[c + column] & 0xff];
      y[to + 3] = meanings[x[d + column] & 0xff];
      y[to + 4] = meanings[x[e + column] & 0xff];
      y[to + 5] = meanings[x[f + column] & 0xff];
      y[to + 6] = meanings[x[g + column] & 0xff];
      y[to + 7] = meanings[x[h + column] & 0xff];
      to += yRow;
    }
  }

  private static void oneRow(
      byte[] x, int a, int from, int end, float[] meanings, float[] y, int yAt, int yRow) {
    for (int column = from; column < end; column++) {
      y[yAt + column * yRow] = meanings[x[a + column] & 0xff];
    }
  }
}
