package io.lockstep.distributed;

import io.lockstep.base.Checks;
import java.util.List;
import java.util.Locale;

/** How the workers' gradients meet. The bits are the same. */
public enum Synchronization {
  /** {@link #BARRIER} where it can run, else {@link #JOB}. */
  AUTO,
  /** One barrier stage of long-lived tasks that exchange gradients and weights with the driver. */
  BARRIER,
  /** One Spark job per step. Slow, but needs no gang of slots. */
  JOB;

  /** Reads {@code auto}, {@code barrier} or {@code job}. */
  public static Synchronization of(String name) {
    return Checks.choice(values(), name, "sync must be one of " + List.of(values()));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
