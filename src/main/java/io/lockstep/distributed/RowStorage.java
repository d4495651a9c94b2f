package io.lockstep.distributed;

import io.lockstep.base.Checks;
import java.util.List;
import java.util.Locale;

/** Where the workers keep their rows. The bits are the same. */
public enum RowStorage {
  /** {@link #MEMORY} where it leaves half of an executor's heap, else {@link #FILES}. */
  AUTO,
  /** In the heap. */
  MEMORY,
  /** In files in Spark's local folders, mapped into memory: what the system caches is as fast. */
  FILES;

  /** Reads {@code auto}, {@code memory} or {@code files}. */
  public static RowStorage of(String name) {
    return Checks.choice(values(), name, "distributed.rows must be one of " + List.of(values()));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
