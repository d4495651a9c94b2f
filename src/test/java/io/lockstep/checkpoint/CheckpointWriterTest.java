package io.lockstep.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.lockstep.distributed.SmallRun;
import io.lockstep.training.Position;
import io.lockstep.training.Snapshot;
import io.lockstep.training.StepBoundary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointWriterTest {
  private static final RunIdentity RUN =
      Identities.of(SmallRun.NETWORK.spec(), ConfigFactory.empty());

  @TempDir private Path folder;

  private final List<Long> written = new ArrayList<>();
  private long nanos;

  private CheckpointWriter writer(
      long everySteps, double everyMinutes, Optional<CheckpointWriter.Written> resumedFrom) {
    return new CheckpointWriter(
        checkpoints(),
        new CheckpointConfig(everySteps, everyMinutes, 2, "RUN/checkpoints", 20),
        RUN,
        resumedFrom,
        () -> written.add(lastStep),
        () -> nanos);
  }

  private long lastStep;

  private Checkpoints checkpoints() {
    return Checkpoints.at(folder.resolve("c").toUri().toString(), new Configuration(false));
  }

  private void step(CheckpointWriter writer, long step, boolean epochEnds) {
    lastStep = step;
    writer.betweenSteps(boundary(step, epochEnds));
  }

  private static StepBoundary boundary(long step, boolean epochEnds) {
    Position at = new Position(step, 1, (int) step, 0, 0, step, step, 0, 0);
    float[] weights = new float[SmallRun.NETWORK.parameterCount()];
    return new StepBoundary(at, epochEnds, () -> new Snapshot(weights, List.of(), at));
  }

  @Test
  void betweenSteps_everyThreeSteps_writesThoseAndTheEpochsEnd() {
    CheckpointWriter writer = writer(3, 0, Optional.empty());
    for (long step = 1; step <= 8; step++) {
      step(writer, step, step == 5);
    }

    assertEquals(List.of(3L, 5L, 6L), written);
    assertEquals(6, writer.last().orElseThrow().step());
    assertTrue(writer.last().orElseThrow().file().endsWith("/c/step-000000006.safetensors"));
  }

  @Test
  void betweenSteps_roundsOfFourEverySixSteps_writesAtTheFirstThatReachesOrPassesASixth() {
    CheckpointWriter writer = writer(6, 0, Optional.empty());
    for (long step = 4; step <= 24; step += 4) {
      step(writer, step, false);
    }

    assertEquals(List.of(8L, 12L, 20L, 24L), written);
  }

  @Test
  void stepsToState_everySixSteps_areThoseToTheNextSixth() {
    CheckpointWriter writer = writer(6, 0, Optional.empty());

    assertEquals(6, writer.stepsToState(boundary(0, false).position()));
    assertEquals(1, writer.stepsToState(boundary(5, false).position()));
    assertEquals(6, writer.stepsToState(boundary(6, false).position()));
    assertEquals(
        Long.MAX_VALUE, writer(0, 1, Optional.empty()).stepsToState(boundary(5, false).position()));
  }

  @Test
  void betweenSteps_everyTwoMinutes_countsFromTheLastOne() {
    CheckpointWriter writer = writer(0, 2, Optional.empty());
    long minute = TimeUnit.MINUTES.toNanos(1);
    for (long step = 1; step <= 9; step++) {
      nanos = step * minute;
      step(writer, step, step == 5);
    }

    assertEquals(List.of(2L, 4L, 5L, 7L, 9L), written);
  }

  @Test
  void betweenSteps_neitherStepsNorMinutes_writesAtTheEpochsEndAlone() {
    CheckpointWriter writer = writer(0, 0, Optional.empty());
    nanos = Long.MAX_VALUE;
    for (long step = 1; step <= 4; step++) {
      step(writer, step, step == 4);
    }

    assertEquals(List.of(4L), written);
  }

  @Test
  void write_stepThatHasOne_doesNothing() {
    CheckpointWriter writer = writer(2, 0, Optional.empty());
    step(writer, 2, false);

    writer.write(boundary(2, false));

    assertEquals(List.of(2L), written);
  }

  @Test
  void last_ofAResumedRun_isWhereItGoesOn() {
    step(writer(1, 0, Optional.empty()), 7, false);

    Checkpoints.Found found = checkpoints().newest(notice -> {}).orElseThrow();
    CheckpointWriter writer = writer(0, 0, Optional.of(found.written()));

    assertEquals(7, writer.last().orElseThrow().step());
    assertEquals(found.file(), writer.last().orElseThrow().file());
  }
}
