package io.lockstep.lanes;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.lockstep.base.InvalidInputException;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/** What this JVM can do. */
final class Jvm {
  private Jvm() {}

  /**
   * Without the instruction, {@code Math.fma} is exact all the same, but by BigDecimal: a step
   * takes minutes.
   *
   * @throws InvalidInputException where the CPU, or the JVM's flags, have none
   */
  static void requireFusedMultiplyAdd() {
    if (flag("UseFMA").filter(value -> value.equals("false")).isPresent()) {
      throw new InvalidInputException(
          "lockstep needs fused multiply-adds, but UseFMA is false in this JVM: the CPU has none"
              + " (AVX2 or NEON brings them), or a flag such as -XX:UseAVX=0 or -XX:-UseFMA turned"
              + " them off.");
    }
  }

  /** Whether C2 compiles what is hot. */
  static boolean hasOptimisingCompiler() {
    boolean interpreted = System.getProperty("java.vm.info", "").contains("interpreted");
    return !interpreted && flag("TieredStopAtLevel").map("4"::equals).orElse(true);
  }

  /** The value of a HotSpot flag, where there is one of that name. */
  static Optional<String> flag(String name) {
    HotSpotDiagnosticMXBean flags =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    if (flags == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(flags.getVMOption(name).getValue());
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // no such flag in this JVM: nothing is turned off
    }
  }
}
