package io.lockstep.linalg;

import breeze.linalg.DenseMatrix;
import breeze.linalg.DenseMatrix$;

/**
 * A column-major {@code float} matrix: a Breeze {@code DenseMatrix} without transposition, gaps or
 * offset, so column {@code j} starts at {@code j * rows()} of {@link #data()}. Loops over the whole
 * of it start at 0, which the JIT vectorises; with an offset in each of two arrays it does not.
 *
 * <p>Activations hold one example a column. An image of {@code channels x height x width} is one
 * column, channel varying slowest and x fastest, as in PyTorch.
 */
public final class Matrix {
  private final DenseMatrix<Object> breeze;
  private final float[] data;

  private Matrix(DenseMatrix<Object> breeze) {
    this.breeze = breeze;
    this.data = (float[]) breeze.data();
  }

  /** A matrix of zeros. */
  public static Matrix zeros(int rows, int columns) {
    return of(rows, columns, new float[Math.multiplyExact(rows, columns)]);
  }

  /** A view of the first {@code rows * columns} values of {@code data}; nothing is copied. */
  public static Matrix of(int rows, int columns, float[] data) {
    return new Matrix(
        DenseMatrix$.MODULE$.create(rows, columns, data, 0, Math.max(rows, 1), false));
  }

  /** A view of the first {@code columns} columns; nothing is copied. */
  public Matrix firstColumns(int columns) {
    return columns == columns() ? this : of(rows(), columns, data);
  }

  public int rows() {
    return breeze.rows();
  }

  public int columns() {
    return breeze.cols();
  }

  /** The storage, shared with every view of it. */
  public float[] data() {
    return data;
  }

  /** Number of values: those of {@link #data()} beyond it belong to a larger view. */
  public int size() {
    return rows() * columns();
  }

  /** Index in {@link #data()} of the first value of {@code column}. */
  public int columnOffset(int column) {
    return column * rows();
  }

  @Override
  public String toString() {
    return "Matrix(" + rows() + " x " + columns() + ")";
  }
}
