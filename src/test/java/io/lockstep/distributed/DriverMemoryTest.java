package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import io.lockstep.training.TrainingConfig;
import org.junit.jupiter.api.Test;

class DriverMemoryTest {
  private static final TrainingConfig PLAIN = config("optimizer {sgd {}}");
  private static final TrainingConfig MOMENTUM = config("optimizer {sgd {momentum = 0.9}}");
  private static final int PARAMETERS = 1 << 20; // 4 MB a vector

  @Test
  void neededBytes_ofARun_countsWeightsMemoriesTheirCopiesAndSums() {
    long base = 64L << 20;
    assertEquals(base + (2 + 1) * (4L << 20), DriverMemory.neededBytes(PARAMETERS, PLAIN, 1));
    assertEquals(base + (4 + 8) * (4L << 20), DriverMemory.neededBytes(PARAMETERS, MOMENTUM, 8));
    TrainingConfig adam = config("optimizer {adam {}}, averageWeights = 0.9");
    assertEquals(base + (8 + 1) * (4L << 20), DriverMemory.neededBytes(PARAMETERS, adam, 1));
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

  private static TrainingConfig config(String hocon) {
    return TrainingConfig.of(Settings.of(ConfigFactory.parseString(hocon).root(), "training"));
  }
}
