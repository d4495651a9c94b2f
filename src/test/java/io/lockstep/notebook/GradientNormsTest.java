package io.lockstep.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.Digits;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.Split;
import io.lockstep.run.RunConfig;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradientNormsTest {
  @Test
  void of_localSteps_isRefused() {
    RunConfig config =
        RunConfig.read(Path.of("conf/softmax.conf"), List.of("training.averageEvery=4"));
    LabeledImages digits = Digits.draw(Split.TRAIN, 64);

    assertEquals(
        "Norms of mean gradients need training.averageEvery = 1, but was 4",
        assertThrows(InvalidInputException.class, () -> GradientNorms.of(config, digits, 3))
            .getMessage());
  }
}
