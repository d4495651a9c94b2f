package io.lockstep.lanes;

/**
 * Turns rows into columns. Eight rows at a time: so each loop has few streams to read, writes runs
 * of values, and checks a running index once for eight of them.
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
}
