package io.lockstep.export;

import io.lockstep.base.InvalidInputException;
import io.lockstep.base.WholeFiles;
import io.lockstep.training.EpochReport;
import io.lockstep.training.EvaluationSum;
import io.lockstep.training.Position;
import io.lockstep.training.StepReport;
import io.lockstep.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A run for TensorBoard: loss, accuracy, learning rate and speed of each step, loss and accuracy of
 * each epoch. All are drawn over the step.
 */
public final class TensorBoardLog implements TrainingListener, AutoCloseable {
  private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Path folder;
  private final EventFile file;
  private final Consumer<String> notices;
  private long flushedNanos = System.nanoTime();
  private boolean failed;

  TensorBoardLog(Path folder, EventFile file, Consumer<String> notices) {
    this.folder = folder;
    this.file = file;
    this.notices = notices;
  }

  /** Refuses a {@code folder} that can't be made, or written, before anything is done for it. */
  public static void requireWritable(Path folder) {
    Path there = folder.toAbsolutePath();
    while (!Files.exists(there)) {
      there = there.getParent();
    }
    if (!Files.isDirectory(there) || !Files.isWritable(there)) {
      throw new InvalidInputException(
          String.format(
              "TensorBoard's folder %s can't be written: %s is %s. Choose another --tensorboard.",
              folder,
              there,
              Files.isDirectory(there) ? "not writable for this user" : "not a folder"));
    }
  }

  /**
   * Begins a file in {@code folder}.
   *
   * @param folder of one run, a folder in the one that TensorBoard is pointed to
   * @param begin where the run begins, or goes on: what an earlier file says of later steps is void
   * @param notices hears, in a line, why there is no more to be seen
   * @throws InvalidInputException if the folder can't be written
   */
  public static TensorBoardLog open(Path folder, Position begin, Consumer<String> notices) {
    requireWritable(folder);
    try {
      EventFile file = EventFile.create(folder);
      TensorBoardLog log = new TensorBoardLog(folder, file, notices);
      if (begin.step() > 0) {
        log.attempt(() -> file.restart(begin.step() + 1));
      }
      return log;
    } catch (IOException e) {
      throw new InvalidInputException(
          String.format(
              "TensorBoard's folder %s can't be written: %s. Choose another --tensorboard.",
              folder, WholeFiles.reason(e)),
          e);
    }
  }

  @Override
  public void onStep(StepReport report) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss/step", report.meanLoss());
    values.put("accuracy/step", (double) report.correct() / report.examples());
    values.put("learning_rate", report.learningRate());
    values.put("images_per_second", report.examples() * 1e9 / report.elapsedNanos());
    attempt(() -> file.scalars(report.step(), values));
    if (System.nanoTime() - flushedNanos > FLUSH_NANOS) {
      flush();
    }
  }

  @Override
  public void onEpoch(EpochReport report) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss/train", report.trainLoss());
    values.put("accuracy/train", report.trainAccuracy());
    report.validation().ifPresent(sum -> put(values, "validation", sum));
    report.test().ifPresent(sum -> put(values, "test", sum));
    attempt(() -> file.scalars(report.steps(), values));
    flush();
  }

  private static void put(Map<String, Double> values, String rows, EvaluationSum sum) {
    values.put("loss/" + rows, sum.meanLoss());
    values.put("accuracy/" + rows, sum.accuracy());
  }

  private void flush() {
    attempt(file::flush);
    flushedNanos = System.nanoTime();
  }

  /** What may fail. */
  @FunctionalInterface
  private interface Writing {
    void run() throws IOException;
  }

  private void attempt(Writing writing) {
    if (failed) {
      return;
    }
    try {
      writing.run();
    } catch (IOException e) {
      giveUp(e);
    }
  }

  /** A record may be cut: none can follow it. */
  private void giveUp(IOException e) {
    if (!failed) {
      notices.accept(
          String.format(
              "the run goes on without TensorBoard: %s can't be written: %s",
              folder, WholeFiles.reason(e)));
    }
    failed = true;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      giveUp(e);
    }
  }
}
