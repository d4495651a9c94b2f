package io.lockstep.linalg;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.NativeBLAS;

/**
 * The matrix products of the kernel, by the BLAS instance that Breeze and MLlib use too.
 *
 * <p>The backend is chosen once per JVM, at first use: OpenBLAS from the bytedeco jar where its
 * native library loads, else netlib's VectorBLAS (when the JVM runs with {@code --add-modules
 * jdk.incubator.vector}), else netlib's Java code. {@link #description()} says which.
 *
 * <p>All products are deterministic: one thread, and a summation order that depends on the shapes
 * alone.
 */
public final class Blas {
  private static final NativeLibrary LIBRARY = NativeLibrary.load();
  private static final BLAS INSTANCE = BLAS.getInstance();

  private Blas() {}

  /** One line for the start of a run: the backend, and what slows it down, if anything does. */
  public static String description() {
    if (INSTANCE instanceof NativeBLAS) {
      return LIBRARY.description() + threadAdvice(System.getenv("OPENBLAS_NUM_THREADS"));
    }
    String name =
        INSTANCE.getClass().getSimpleName().equals("VectorBLAS")
            ? "netlib VectorBLAS"
            : "netlib Java BLAS, 3 to 15 times slower than OpenBLAS";
    return name + " (" + LIBRARY.description() + ")";
  }

  static String threadAdvice(String openblasNumThreads) {
    return "1".equals(openblasNumThreads)
        ? ", one thread per task"
        : ", OPENBLAS_NUM_THREADS is not 1: set it in the environment before the JVM starts, or"
            + " small products take up to 4 times as long";
  }

  /** Whether the first operand of a product is used as stored or transposed. */
  public enum Operand {
    AS_STORED("N"),
    TRANSPOSED("T");

    private final String code;

    Operand(String code) {
      this.code = code;
    }
  }

  /**
   * {@code c = op(a) * op(b) + (accumulate ? c : 0)} on dense column-major blocks without gaps: the
   * leading dimension of each block is its number of stored rows.
   *
   * @param m rows of {@code op(a)} and {@code c}
   * @param n columns of {@code op(b)} and {@code c}
   * @param k columns of {@code op(a)}, rows of {@code op(b)}
   */
  public static void multiply(
      Operand opA,
      Operand opB,
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      boolean accumulate,
      float[] c,
      int cOffset) {
    int lda = opA == Operand.AS_STORED ? m : k;
    int ldb = opB == Operand.AS_STORED ? k : n;
    float beta = accumulate ? 1 : 0;
    INSTANCE.sgemm(
        opA.code, opB.code, m, n, k, 1, a, aOffset, lda, b, bOffset, ldb, beta, c, cOffset, m);
  }

  /**
   * {@code c += a * transposed(b)}, where {@code c} is a block of a larger matrix: its columns
   * start {@code cStride} apart.
   *
   * @param m rows of {@code a} and {@code c}
   * @param n rows of {@code b}, columns of {@code c}
   * @param k columns of {@code a} and {@code b}
   */
  public static void multiplyInto(
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] c,
      int cOffset,
      int cStride) {
    INSTANCE.sgemm("N", "T", m, n, k, 1, a, aOffset, m, b, bOffset, n, 1, c, cOffset, cStride);
  }

  /**
   * Adds the sum of each column of the {@code rows x columns} block of {@code a} to {@code sums}.
   *
   * @param ones at least {@code rows} values 1
   */
  public static void addColumnSums(
      int rows, int columns, float[] a, int aOffset, float[] ones, float[] sums, int sumsOffset) {
    INSTANCE.sgemv("T", rows, columns, 1, a, aOffset, rows, ones, 0, 1, 1, sums, sumsOffset, 1);
  }

  /**
   * Adds the sum of each row of the {@code rows x columns} matrix {@code a} to {@code sums}.
   *
   * @param ones at least {@code columns} values 1
   */
  public static void addRowSums(
      int rows, int columns, float[] a, float[] ones, float[] sums, int sumsOffset) {
    INSTANCE.sgemv("N", rows, columns, 1, a, 0, rows, ones, 0, 1, 1, sums, sumsOffset, 1);
  }
}
