package io.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.lockstep.checkpoint.CheckpointConfig;
import io.lockstep.checkpoint.CheckpointWriter;
import io.lockstep.checkpoint.Checkpoints;
import io.lockstep.checkpoint.Identities;
import io.lockstep.network.Dense;
import io.lockstep.network.NetworkSpec;
import io.lockstep.network.Shape;
import io.lockstep.training.Position;
import io.lockstep.training.Snapshot;
import io.lockstep.training.StepBoundary;
import io.lockstep.training.TrainingListener;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StopSignalsTest {
  private static final long PATIENCE_SECONDS = 20;

  @TempDir private Path folder;

  private final LinkedBlockingQueue<String> ends = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StopSignals signals =
      new StopSignals(
          new Console(new PrintStream(out, true, StandardCharsets.UTF_8), Optional.empty()),
          new StopSignals.Ending() {
            @Override
            public void exit(int code) {
              ends.add("exit " + code);
            }

            @Override
            public void halt(int code) {
              ends.add("halt " + code);
            }
          });

  private String end() throws InterruptedException {
    return ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void receive_beforeTraining_exitsWithTheSignalsCode() throws Exception {
    signals.receive(StopSignals.Signal.TERM);

    assertEquals("exit 143", end());
    assertTrue(signals.exitsBeforeTraining());
    assertEquals(Optional.of(143), signals.exitCode());
    assertThrows(StopSignals.Stopped.class, () -> signals.trainingBegins(1, () -> ""));
    assertEquals(
        String.format(
            "stop    SIGTERM before the first step: there is nothing to resume from it%n"),
        said());
    signals.close();
  }

  /** A process that gets ready to train, whose shutdown has something to complain of. */
  static final class Starting {
    private Starting() {}

    public static void main(String[] arguments) throws InterruptedException {
      Thread complains = new Thread(() -> new IllegalStateException("pool").printStackTrace());
      Runtime.getRuntime().addShutdownHook(complains);
      StopSignals.listen(Console.ofProcess());
      System.out.println("ready");
      TimeUnit.SECONDS.sleep(PATIENCE_SECONDS);
    }
  }

  @Test
  void signal_beforeTraining_endsTheProcessWithoutAStackTrace() throws Exception {
    Path errors = folder.resolve("errors");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Starting.class.getName())
            .redirectError(errors.toFile())
            .start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("ready", lines.readLine(), Files.readString(errors));
      process.toHandle().destroy(); // SIGTERM; leaves the streams open

      assertEquals(
          "stop    SIGTERM before the first step: there is nothing to resume from it",
          lines.readLine());
    }
    assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
    assertEquals(143, process.exitValue());
    assertEquals("", Files.readString(errors));
  }

  @Test
  void receive_whileTraining_waitsForTheStepThenWritesACheckpoint() throws Exception {
    signals.trainingBegins(PATIENCE_SECONDS, () -> "");
    CheckpointWriter writer = writer();
    TrainingListener stop = signals.after(writer);
    stop.betweenSteps(boundary(1));
    assertEquals(Optional.empty(), writer.last());

    signals.receive(StopSignals.Signal.INT);
    assertThrows(StopSignals.Stopped.class, () -> stop.betweenSteps(boundary(2)));

    assertEquals(2, writer.last().orElseThrow().step());
    assertEquals(Optional.of(130), signals.exitCode());
    assertFalse(signals.exitsBeforeTraining());
    assertEquals(
        String.format("stop    SIGINT: after the step under way; a second signal ends at once%n"),
        said());
    signals.close();
    assertTrue(ends.isEmpty(), "the command itself returns the code");
  }

  @Test
  void receive_twice_haltsAtOnce() throws Exception {
    signals.trainingBegins(PATIENCE_SECONDS, () -> "");
    signals.receive(StopSignals.Signal.TERM);
    signals.receive(StopSignals.Signal.INT);

    assertEquals("halt 130", end());
    signals.close();
  }

  @Test
  void receive_noStepWithinTheLimit_haltsAndSaysWhatIsSafe() throws Exception {
    signals.trainingBegins(0.05, () -> "Step 7 is safe.");
    signals.receive(StopSignals.Signal.TERM);

    assertEquals("halt 143", end());
    assertTrue(
        said()
            .endsWith(
                String.format(
                    "stop    the run did not end within 0.05 s of SIGTERM; ending without it. Step 7"
                        + " is safe.%n")),
        said());
  }

  private CheckpointWriter writer() {
    NetworkSpec network = new NetworkSpec(new Shape.Vector(2), List.of(new Dense(1)));
    return new CheckpointWriter(
        Checkpoints.at(folder.resolve("c").toUri().toString(), new Configuration(false)),
        CheckpointConfig.DEFAULTS,
        Identities.of(network, ConfigFactory.empty()),
        Optional.empty(),
        () -> {});
  }

  private static StepBoundary boundary(int step) {
    Position at = new Position(step, 1, step, 0, 0, step, step, 0, 0);
    return new StepBoundary(at, false, () -> new Snapshot(new float[3], List.of(), at));
  }
}
