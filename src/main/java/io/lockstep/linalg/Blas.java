package io.lockstep.linalg;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.NativeBLAS;

/**
 * The BLAS instance that Breeze and MLlib use: for MLlib's perceptron, the baseline. lockstep's own
 * arithmetic is in {@code lanes}, because the bits of a BLAS depend on the CPU.
 *
 * <p>The backend is chosen once per JVM, at first use: OpenBLAS from the bytedeco jar where its
 * native library loads, else netlib's VectorBLAS (when the JVM runs with {@code --add-modules
 * jdk.incubator.vector}), else netlib's Java code. {@link #description()} says which.
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
}
