package io.lockstep.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.ConfigFactory;
import io.lockstep.base.InvalidInputException;
import io.lockstep.data.Dealer;
import io.lockstep.data.Digits;
import io.lockstep.data.Split;
import io.lockstep.distributed.SmallRun;
import io.lockstep.network.Network;
import io.lockstep.network.Safetensors;
import io.lockstep.training.LocalTrainer;
import io.lockstep.training.Position;
import io.lockstep.training.Snapshot;
import io.lockstep.training.StateTensor;
import io.lockstep.training.StepBoundary;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingResult;
import io.lockstep.training.TrainingSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointsTest {
  private static final RunIdentity RUN = identity(SmallRun.NETWORK);

  @TempDir private Path folder;

  private final Configuration hadoop = new Configuration(false);
  private final List<String> notices = new ArrayList<>();

  private static RunIdentity identity(Network network) {
    return Identities.of(network.spec(), ConfigFactory.parseString("training.seed = 5"));
  }

  private Checkpoints checkpoints() {
    return Checkpoints.at(folder.resolve("c").toUri().toString(), hadoop);
  }

  private static Checkpoint atStep(long step) {
    float[] weights = new float[SmallRun.NETWORK.parameterCount()];
    weights[3] = step;
    float[] velocity = weights.clone();
    velocity[5] = Float.NEGATIVE_INFINITY; // whatever it is, it comes back
    Position position =
        new Position(step, 1, (int) step, 0.1 * step, 3, 20 * step, 0.7 * step, 7, 77);
    return new Checkpoint(
        RUN, new Snapshot(weights, List.of(new StateTensor("velocity", velocity)), position));
  }

  private Checkpoints.Found newest() {
    return checkpoints().newest(notices::add).orElseThrow();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("c"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Path file(long step) {
    return folder.resolve("c").resolve(String.format("step-%09d.safetensors", step));
  }

  private void damage(long step) throws IOException {
    byte[] bytes = Files.readAllBytes(file(step));
    bytes[bytes.length - 1] ^= 1;
    Files.write(file(step), bytes);
  }

  @Test
  void newest_ofWhatWasWritten_givesTheSameBits() {
    Checkpoint written = atStep(12);

    assertEquals(file(12).toString(), checkpoints().write(written, 3));

    Checkpoints.Found found = newest();
    assertEquals(file(12).toString(), found.file());
    assertEquals(RUN, found.checkpoint().run());
    Snapshot state = found.checkpoint().state();
    assertEquals(written.state().position(), state.position());
    assertArrayEquals(written.state().weights(), state.weights());
    assertEquals(1, state.optimizer().size());
    assertEquals("velocity", state.optimizer().get(0).name());
    assertArrayEquals(
        written.state().optimizer().get(0).values(), state.optimizer().get(0).values());
    assertEquals(List.of(), notices);
  }

  @Test
  void newest_withoutAFolder_isEmpty() {
    assertEquals(Optional.empty(), checkpoints().newest(notices::add));
    assertTrue(checkpoints().isEmpty());
  }

  @Test
  void write_moreThanAreKept_deletesTheOldestAndLeavesNothingElse() throws IOException {
    for (long step = 1; step <= 5; step++) {
      checkpoints().write(atStep(step), 2);
    }

    assertEquals(List.of("step-000000004.safetensors", "step-000000005.safetensors"), names());
  }

  @Test
  void write_belowADamagedLaterOne_deletesIt() throws IOException {
    checkpoints().write(atStep(1), 3);
    checkpoints().write(atStep(2), 3);
    checkpoints().write(atStep(9), 3);
    damage(9);

    checkpoints().write(atStep(3), 3);

    assertEquals(
        List.of(
            "step-000000001.safetensors",
            "step-000000002.safetensors",
            "step-000000003.safetensors"),
        names());
  }

  @Test
  void write_sameStepAgain_replacesIt() throws IOException {
    checkpoints().write(atStep(4), 3);
    damage(4);

    checkpoints().write(atStep(4), 3);

    assertEquals(4, newest().checkpoint().state().position().step());
    assertEquals(List.of("step-000000004.safetensors"), names());
  }

  @Test
  void newest_damaged_fallsBackToTheOneBeforeAndSaysSo() throws IOException {
    checkpoints().write(atStep(1), 3);
    checkpoints().write(atStep(2), 3);
    damage(2);

    assertEquals(1, newest().checkpoint().state().position().step());

    assertEquals(1, notices.size());
    String digits = "[0-9a-f]{64}";
    assertTrue(
        notices
            .get(0)
            .matches(
                ".*"
                    + file(2).getFileName()
                    + " is damaged: its SHA-256 must be "
                    + digits
                    + ", but is "
                    + digits
                    + "\\. Going back to the one before\\."),
        notices.get(0));
  }

  @Test
  void newest_allDamaged_isRefused() throws IOException {
    checkpoints().write(atStep(1), 3);
    Files.write(file(1), new byte[4]);

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> checkpoints().newest(notices::add));

    assertEquals(
        "None of the 1 checkpoints in "
            + folder.resolve("c")
            + " is whole. "
            + file(1)
            + ": a safetensors header must have 2 to 1048576 bytes inside the file's 4, but says -1."
            + " The file is damaged or of another format. Start a new run without --resume.",
        e.getMessage());
  }

  @Test
  void at_schemeThatNobodyKnows_isRefused() {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> Checkpoints.at("nowhere://host/c", hadoop));

    assertEquals(
        "Checkpoint folder nowhere://host/c can't be used: UnsupportedFileSystem: No FileSystem for"
            + " scheme \"nowhere\"",
        e.getMessage());
  }

  @Test
  void write_throughAnotherFilesystem_isReadBack() throws IOException {
    hadoop.set("fs.viewfs.mounttable.test.link./runs", folder.toUri().toString());
    Checkpoints viewed = Checkpoints.at("viewfs://test/runs/c", hadoop);

    viewed.write(atStep(1), 2);
    viewed.write(atStep(2), 2);
    viewed.write(atStep(3), 2);

    Checkpoints.Found found = viewed.newest(notices::add).orElseThrow();
    assertEquals("viewfs://test/runs/c/step-000000003.safetensors", found.file());
    assertArrayEquals(atStep(3).state().weights(), found.checkpoint().state().weights());
    assertEquals(
        List.of("step-000000002.safetensors", "step-000000003.safetensors"),
        names().stream().filter(name -> name.startsWith("step-")).toList());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 100, 3_000})
  void write_fullDisk_leavesTheLastOneWholeAndNamesTheFile(long freeBytes) throws IOException {
    checkpoints().write(atStep(1), 1);
    Checkpoints full =
        Checkpoints.at("faulty://" + folder.resolve("c"), FaultyFileSystem.hadoop(freeBytes));

    UncheckedIOException e =
        assertThrows(UncheckedIOException.class, () -> full.write(atStep(2), 1));

    assertEquals(
        "faulty:" + file(2) + " can't be written: IO: No space left on device", e.getMessage());
    assertEquals(List.of("step-000000001.safetensors"), names());
    assertEquals(1, newest().checkpoint().state().position().step());
  }

  @Test
  void write_deviceThatIsFull_leavesTheLastOneWholeAndNamesTheFile() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "skipped: only Linux has " + full);
    checkpoints().write(atStep(1), 1);
    Files.createSymbolicLink(folder.resolve("c").resolve(".step-000000002.safetensors.part"), full);

    UncheckedIOException e =
        assertThrows(UncheckedIOException.class, () -> checkpoints().write(atStep(2), 1));

    assertEquals(file(2) + " can't be written: IO: No space left on device", e.getMessage());
    assertEquals(List.of("step-000000001.safetensors"), names());
  }

  @Test
  void write_enoughRoom_worksOnTheFaultyFilesystemToo() {
    Checkpoints room =
        Checkpoints.at("faulty://" + folder.resolve("c"), FaultyFileSystem.hadoop(1 << 20));

    room.write(atStep(2), 1);

    assertEquals(2, newest().checkpoint().state().position().step());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 3, 7, 8, 13})
  void training_resumedFromAFile_endsWithTheSameBits(long maxSteps) {
    assertResumesToTheSameBits(new SmallRun(131, 20, 4, true), maxSteps);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 7, 12})
  void training_everyWayAtOnceResumedFromAFile_endsWithTheSameBits(long maxSteps) {
    assertResumesToTheSameBits(
        new SmallRun(SmallRun.EVERY_LAYER, 131, 20, 4, true, SmallRun.EVERYTHING), maxSteps);
  }

  /** The run has two epochs of seven steps. */
  private void assertResumesToTheSameBits(SmallRun run, long maxSteps) {
    CheckpointWriter writer =
        new CheckpointWriter(
            checkpoints(),
            new CheckpointConfig(1, 0, 1, "RUN/checkpoints", 20),
            identity(run.network()),
            Optional.empty(),
            () -> {});
    TrainingListener interrupting =
        writer.andThen(
            new TrainingListener() {
              @Override
              public void betweenSteps(StepBoundary boundary) {
                if (boundary.position().step() == maxSteps) {
                  throw new IllegalStateException("killed");
                }
              }
            });
    assertThrows(IllegalStateException.class, () -> train(run, run.session(interrupting)));

    Snapshot state = newest().checkpoint().state();
    assertEquals(maxSteps, state.position().step());
    TrainingResult resumed =
        train(
            run,
            new TrainingSession(
                run.config(),
                run.plan(),
                state,
                false,
                OptionalLong.empty(),
                TrainingListener.NONE));

    assertEquals(
        run.local(), Safetensors.sha256(resumed.weights()) + " " + resumed.test().lossSum());
  }

  private static TrainingResult train(SmallRun run, TrainingSession session) {
    return LocalTrainer.train(
        session,
        run.plan(),
        Dealer.group(
            Digits.draw(Split.TRAIN, run.trainRows()),
            Digits.draw(Split.TEST, SmallRun.TEST_ROWS),
            run.shards()));
  }
}
