package io.lockstep.linalg;

import io.lockstep.base.Version;
import java.io.File;
import java.util.Locale;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * OpenBLAS out of the bytedeco jar, announced to netlib through the system property that it reads
 * at its first use.
 *
 * @param description what was loaded, or why nothing was
 */
record NativeLibrary(String description) {
  private static final String NETLIB_PROPERTY = "dev.ludovic.netlib.blas.nativeLibPath";

  static NativeLibrary load() {
    String chosen = System.getProperty(NETLIB_PROPERTY);
    if (chosen != null) {
      return new NativeLibrary("native BLAS " + chosen);
    }
    try {
      File glue = new File(Loader.load(openblas_nolapack.class));
      File library = new File(glue.getParentFile(), fileName());
      if (!library.isFile()) {
        return new NativeLibrary("OpenBLAS not found: " + library + " does not exist");
      }
      System.setProperty(NETLIB_PROPERTY, library.getPath());
      return new NativeLibrary("OpenBLAS " + Version.OPENBLAS);
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      return new NativeLibrary("OpenBLAS does not load here: " + e.getMessage());
    }
  }

  private static String fileName() {
    boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
    return mac ? "libopenblas_nolapack.0.dylib" : "libopenblas_nolapack.so.0";
  }
}
