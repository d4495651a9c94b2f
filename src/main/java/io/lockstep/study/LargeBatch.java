package io.lockstep.study;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A run whose learning rate grew with its batch, after an epoch of warm-up.
 *
 * @param batch images of a step
 * @param learningRate after the warm-up
 * @param epochs of the run
 * @param steps of the run
 * @param seconds of training
 * @param testAccuracy at its end; empty if its loss was no longer finite
 */
public record LargeBatch(
    int batch,
    double learningRate,
    int epochs,
    long steps,
    double seconds,
    OptionalDouble testAccuracy) {
  /** Name of the table of several. */
  public static final String FILE = "batches.csv";

  /** A line for each of {@code runs}, under a head. */
  public static String table(List<LargeBatch> runs) {
    StringBuilder table =
        new StringBuilder("batch,learning_rate,epochs,steps,seconds_training,test_accuracy\n");
    for (LargeBatch run : runs) {
      OptionalDouble accuracy = run.testAccuracy;
      table.append(
          String.format(
              Locale.ROOT,
              "%d,%s,%d,%d,%.3f,%s\n",
              run.batch,
              run.learningRate,
              run.epochs,
              run.steps,
              run.seconds,
              accuracy.isPresent() ? accuracy.getAsDouble() : ""));
    }
    return table.toString();
  }
}
