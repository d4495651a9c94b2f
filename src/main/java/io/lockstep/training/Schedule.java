package io.lockstep.training;

import com.typesafe.config.ConfigValue;
import io.lockstep.base.Kinds;
import java.io.Serializable;
import java.util.Map;

/**
 * How the learning rate changes over a run. A new kind is a record in its own file, and a line
 * here.
 */
public interface Schedule extends Serializable {
  /**
   * The learning rate of {@code step}, the same bits on every machine.
   *
   * @param initial the optimizer's; finite and &gt; 0
   */
  double learningRate(double initial, RunStep step);

  /**
   * Refuses a run that is too short for this schedule.
   *
   * @param path of this schedule's kind, for the message
   * @param steps of the run, of all epochs
   * @throws io.lockstep.base.InvalidInputException with the rule, the value and the remedy
   */
  default void requireFits(String path, long steps) {}

  /** The value that {@link #of} reads back to this. */
  ConfigValue toConfig();

  /**
   * Reads {@code constant}, or any other kind.
   *
   * @param path of the value, for messages
   * @throws io.lockstep.base.InvalidInputException naming the setting, its rule and its value
   */
  static Schedule of(ConfigValue value, String path) {
    return new Kinds<Schedule>(
            Map.of(
                ConstantSchedule.KIND,
                ConstantSchedule::of,
                CosineSchedule.KIND,
                CosineSchedule::of,
                ExponentialSchedule.KIND,
                ExponentialSchedule::of,
                OneCycleSchedule.KIND,
                OneCycleSchedule::of,
                StepSchedule.KIND,
                StepSchedule::of,
                WarmupSchedule.KIND,
                WarmupSchedule::of))
        .read(value, path);
  }
}
