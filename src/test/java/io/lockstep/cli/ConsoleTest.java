package io.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lockstep.training.BestEpoch;
import io.lockstep.training.EpochReport;
import io.lockstep.training.EvaluationSum;
import io.lockstep.training.Position;
import io.lockstep.training.StepReport;
import io.lockstep.training.TrainingListener;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  @Test
  void progress_elsewhereThanOnATerminal_printsALinePerEpoch() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Console console = new Console(new PrintStream(bytes, true, StandardCharsets.UTF_8), false);
    TrainingListener progress = console.progress(3, 1, 3, Position.START);
    EvaluationSum test = new EvaluationSum(2, new long[] {3, 1, 0, 4}, 2.0);
    EvaluationSum validation = new EvaluationSum(2, new long[] {1, 0, 0, 1}, 1.0);

    progress.onStep(new StepReport(1, 1, 0.5, 15, 20, 0.1, 1_000, 900));
    progress.onEpoch(
        new EpochReport(
            1,
            1,
            0.5,
            0.75,
            Optional.of(validation),
            Optional.of(test),
            Optional.of(new BestEpoch(1, 1, 0.5, 1)),
            2_000_000_000));

    assertEquals(
        "epoch  1/3  train loss 0.5000, accuracy 0.7500 | validation loss 0.5000, accuracy 1.0000 |"
            + " test loss 0.2500, accuracy 0.8750 | 2.00 s, 10 images/s | best epoch so far"
            + System.lineSeparator(),
        bytes.toString(StandardCharsets.UTF_8));
  }
}
