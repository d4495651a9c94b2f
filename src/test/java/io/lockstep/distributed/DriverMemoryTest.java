package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.base.InvalidInputException;
import io.lockstep.training.OptimizerConfig;
import io.lockstep.training.Sgd;
import org.junit.jupiter.api.Test;

class DriverMemoryTest {
  private static final OptimizerConfig PLAIN = new Sgd(0.1, 0, false, 0);
  private static final OptimizerConfig MOMENTUM = new Sgd(0.1, 0.9, false, 0);
  private static final int PARAMETERS = 1 << 20; // 4 MB a vector

  @Test
  void neededBytes_ofARun_countsWeightsMemoriesTheirCopiesAndSums() {
    long base = 64L << 20;
    assertEquals(base + (2 + 1) * (4L << 20), DriverMemory.neededBytes(PARAMETERS, PLAIN, 1));
    assertEquals(base + (4 + 8) * (4L << 20), DriverMemory.neededBytes(PARAMETERS, MOMENTUM, 8));
  }

  @Test
  void require_heapThatIsJustEnough_isAccepted() {
    DriverMemory.require(PARAMETERS, PLAIN, 1, 76L << 20);
  }

  @Test
  void require_heapThatIsTooSmall_isRefusedWithBothFiguresAndTheRemedy() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> DriverMemory.require(PARAMETERS, MOMENTUM, 8, 100L << 20));

    assertEquals(
        "The driver's heap must have at least 112 MB for 1,048,576 parameters, their optimizer, 8"
            + " gradient sums and a checkpoint, but has 100 MB. Set SPARK_DRIVER_MEMORY=168m or"
            + " more.",
        e.getMessage());
  }
}
