package io.lockstep.lanes;

import io.lockstep.base.InvalidInputException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which {@link Kernels} this JVM runs: vectors where it can, else plain Java. Chosen at first use;
 * no bit depends on it.
 *
 * <p>Vectors are slow until C2 has compiled them. A thread of its own brings that about, from the
 * first call of {@link #prepare()} or {@link #current()} on, and until then the latter is the plain
 * twin. A JVM that only says which they are, as a cluster's driver while others train, compiles
 * none.
 */
public final class KernelChoice {
  /**
   * {@code auto}, {@code plain}, or the bits of a vector: {@code 128}, {@code 256}, {@code 512}.
   */
  static final String PROPERTY = "lockstep.vectors";

  private static final String MODULE = "jdk.incubator.vector";

  private static final Logger LOG = LoggerFactory.getLogger(KernelChoice.class);

  private static volatile KernelChoice chosen;

  private final Optional<Kernels> vectors;
  private final String description;

  /** None before {@link #begin}. */
  private volatile Kernels current;

  private KernelChoice(Optional<Kernels> vectors, String description) {
    this.vectors = vectors;
    this.description = description;
  }

  /**
   * The kernels to call now; another call may return faster ones.
   *
   * @throws InvalidInputException if this JVM or CPU can't run any
   */
  public static Kernels current() {
    KernelChoice choice = chosen();
    Kernels current = choice.current;
    return current != null ? current : choice.begin();
  }

  /**
   * Begins to compile the vectors, if that has not begun: the earlier, the sooner they are fast.
   *
   * @throws InvalidInputException as {@link #current}
   */
  public static void prepare() {
    current();
  }

  /**
   * One line for the start of a run: which kernels, and what slows them down, if anything does.
   *
   * @throws InvalidInputException as {@link #current}
   */
  public static String description() {
    return chosen().description;
  }

  /** Floats that a kernel computes at a time: the unit of {@link Columns}. */
  static int vectorLength() {
    return chosen().vectors.map(Kernels::vectorLength).orElse(PlainKernels.LENGTH);
  }

  /** Whether a CPU holds 32 vectors of this length, as AVX-512 and NEON do, or 16, as AVX2. */
  static boolean hasManyRegisters(int vectorLength) {
    return vectorLength != 8;
  }

  /** Whether {@link #current()} hands out vectors, now or once they are compiled. */
  static boolean hasVectors() {
    return chosen().vectors.isPresent();
  }

  /** Bits of a vector that the JVM was told to use; 0 for no wish, negative for no vectors. */
  static int wishedBits() {
    return wishedBits(System.getProperty(PROPERTY, "auto"));
  }

  private static KernelChoice chosen() {
    KernelChoice result = chosen;
    if (result == null) {
      synchronized (KernelChoice.class) {
        if (chosen == null) {
          chosen = choose();
        }
        result = chosen;
      }
    }
    return result;
  }

  private synchronized Kernels begin() {
    if (current == null) {
      current = new PlainKernels();
      vectors.ifPresent(this::warmUp);
    }
    return current;
  }

  private void warmUp(Kernels kernels) {
    Thread warmUp = new Thread(() -> adopt(kernels), "lockstep-kernel-warm-up");
    warmUp.setDaemon(true);
    warmUp.start();
  }

  private void adopt(Kernels warm) {
    if (WarmUp.of(warm)) {
      current = warm;
    } else {
      LOG.warn(
          "C2 has not compiled the vector kernels in {}; plain Java goes on, 2 to 20 times slower."
              + " Is the code cache full (-XX:ReservedCodeCacheSize), or an agent in the classes?",
          WarmUp.LIMIT);
    }
  }

  private static int wishedBits(String wish) {
    return switch (wish) {
      case "auto" -> 0;
      case "plain" -> -1;
      case "128", "256", "512" -> Integer.parseInt(wish);
      default ->
          throw new InvalidInputException(
              String.format(
                  "System property %s must be auto, plain, 128, 256 or 512, but was %s.",
                  PROPERTY, wish));
    };
  }

  private static KernelChoice choose() {
    Jvm.requireFusedMultiplyAdd();
    if (wishedBits() < 0) {
      return plain("plain Java, as " + PROPERTY + " wishes");
    }
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return plain(
          "plain Java, 2 to 20 times slower than vectors: start the JVM with --add-modules "
              + MODULE);
    }
    if (!Jvm.hasOptimisingCompiler()) {
      return plain("plain Java: this JVM runs without C2, which vectors need");
    }
    Kernels vectors = newVectorKernels();
    return new KernelChoice(
        Optional.of(vectors), "vectors of " + vectors.vectorLength() + " floats");
  }

  private static KernelChoice plain(String description) {
    return new KernelChoice(Optional.empty(), description);
  }

  /**
   * Measures what one core can do at most, in about a second: billions of floating-point operations
   * a second, or nothing where there are no vectors.
   */
  public static OptionalDouble measurePeak() {
    return hasVectors()
        ? OptionalDouble.of(load("VectorPeak", DoubleSupplier.class).getAsDouble())
        : OptionalDouble.empty();
  }

  /** The vector kernels, warmed up or not; only where the module is. */
  static Kernels newVectorKernels() {
    return load("VectorKernels", Kernels.class);
  }

  /** By name: a class over vectors can't be linked where the module is not. */
  private static <T> T load(String name, Class<T> type) {
    try {
      return Class.forName("io.lockstep.lanes." + name)
          .asSubclass(type)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(name + " is not in this build", e);
    }
  }
}
