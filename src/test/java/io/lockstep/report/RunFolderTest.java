package io.lockstep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.lockstep.training.EpochReport;
import io.lockstep.training.EvaluationSum;
import io.lockstep.training.Position;
import io.lockstep.training.StepReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  private static final String STEPS = "step,epoch,loss,learning_rate,examples,seconds";

  @TempDir private Path folder;

  private final List<String> notices = new ArrayList<>();
  private Path path;

  /** Two epochs of two steps, and one step more. */
  @BeforeEach
  void write() {
    path = folder.resolve("run");
    try (RunFolder run = RunFolder.create(path, ConfigFactory.empty(), false)) {
      for (long step = 1; step <= 5; step++) {
        run.onStep(new StepReport((int) (step + 1) / 2, step, 0.5, 1, 8, 0.1, 1_000_000, 0));
        if (step == 2 || step == 4) {
          EvaluationSum test = new EvaluationSum(2, new long[] {1, 0, 0, 1}, 0.5);
          run.onEpoch(
              new EpochReport(
                  (int) step / 2,
                  step,
                  0.5,
                  1,
                  Optional.empty(),
                  Optional.of(test),
                  Optional.empty(),
                  2_000_000));
        }
      }
    }
  }

  private RunFolder resume(long step, int epoch, int stepOfEpoch) {
    Position at = new Position(step, epoch, stepOfEpoch, 0, 0, 8L * stepOfEpoch, 1, 0, 0);
    return RunFolder.resume(path, at, "local[2], 2 workers, barrier", notices::add);
  }

  private List<String> lines(String name) throws IOException {
    return Files.readAllLines(path.resolve(name));
  }

  private static String row(long step, int epoch) {
    return step + "," + epoch + ",0.5,0.1,8,0.001000";
  }

  @Test
  void resume_withinAnEpoch_forgetsWhatCameAfter() throws IOException {
    try (RunFolder run = resume(3, 2, 1)) {
      assertEquals(List.of(STEPS, row(1, 1), row(2, 1), row(3, 2)), lines("history.csv"));
      assertEquals(2, lines("epochs.csv").size());

      run.onStep(new StepReport(2, 4, 0.5, 1, 8, 0.1, 1_000_000, 0));
    }

    assertEquals(List.of(STEPS, row(1, 1), row(2, 1), row(3, 2), row(4, 2)), lines("history.csv"));
    assertEquals(List.of(), notices);
    List<String> resumes = lines("resumes.csv");
    assertEquals("time,step,lockstep,where", resumes.get(0));
    assertTrue(resumes.get(1).contains("Z,3,"), resumes.get(1));
    assertTrue(resumes.get(1).endsWith(",\"local[2], 2 workers, barrier\""), resumes.get(1));
  }

  @Test
  void resume_beforeAnEpochsEvaluation_forgetsItsRow() throws IOException {
    resume(4, 2, 2).close();

    assertEquals(5, lines("history.csv").size());
    assertEquals(2, lines("epochs.csv").size());
    assertEquals(List.of(), notices);
  }

  @Test
  void resume_rowCutOffByACrash_isForgotten() throws IOException {
    Files.writeString(path.resolve("history.csv"), "6,3,0.5,0.1", StandardOpenOption.APPEND);

    resume(5, 3, 1).close();

    assertEquals(
        List.of(STEPS, row(1, 1), row(2, 1), row(3, 2), row(4, 2), row(5, 3)),
        lines("history.csv"));
    assertEquals(List.of(), notices);
  }

  @Test
  void resume_tableWithoutItsRows_saysSo() {
    resume(9, 3, 5).close();

    assertEquals(
        List.of(path.resolve("history.csv") + " has only 5 of the first 9 rows."), notices);
  }

  @Test
  void resume_twice_notesBoth() throws IOException {
    resume(3, 2, 1).close();
    resume(3, 2, 1).close();

    assertEquals(3, lines("resumes.csv").size());
    assertEquals(4, lines("history.csv").size());
  }

  @Test
  void isFinished_withItsMetrics_isTrue() {
    assertFalse(RunFolder.isFinished(path));

    RunFolder.writeMetrics(path, Map.of("steps", 5));

    assertTrue(RunFolder.isFinished(path));
  }
}
