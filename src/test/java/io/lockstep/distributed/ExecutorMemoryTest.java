package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.base.InvalidInputException;
import org.junit.jupiter.api.Test;

class ExecutorMemoryTest {
  /** Rows of 784 values and a label: 788 bytes at least. */
  private static final ShardedData.Layout LAYOUT = new ShardedData.Layout(8, 4, 784, 0, 0);

  @Test
  void require_shareThatJustFits_isAccepted() {
    ExecutorMemory.require(4_000, LAYOUT, 788_000, "spark.executor.memory");
  }

  @Test
  void require_shareThatDoesNotFit_isRefusedWithTheFiguresAndTheRemedy() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> ExecutorMemory.require(6_000_000, LAYOUT, 1L << 30, "spark.executor.memory"));

    assertEquals(
        "An executor's heap must have at least 1,128 MB for a worker's share of 6,000,000 rows of"
            + " 784 values over 4 workers, but has 1,024 MB. Use more workers, or raise"
            + " spark.executor.memory.",
        e.getMessage());
  }
}
