package io.lockstep.training;

import io.lockstep.data.RowSchedule;
import io.lockstep.network.Network;
import io.lockstep.network.Normalization;
import java.io.Serializable;

/**
 * What a worker must know before the first round; it travels to every task.
 *
 * @param network what is trained
 * @param normalization of its inputs
 * @param schedule which rows a step takes
 * @param labelSmoothing part of each label that goes to all classes alike, see {@link
 *     LabelSmoothing}; in [0, 1)
 */
public record RunPlan(
    Network network, Normalization normalization, RowSchedule schedule, double labelSmoothing)
    implements Serializable {

  /**
   * The plan of a run over {@code rows} training rows.
   *
   * @throws io.lockstep.base.InvalidInputException if the run is too short for the schedule
   */
  public static RunPlan of(
      Network network, Normalization normalization, TrainingConfig config, long rows) {
    RowSchedule schedule =
        new RowSchedule(
            rows, config.batchSize(), config.shards(), config.shuffle(), config.seeds());
    config.schedule().requireFits("training.schedule", config.steps(schedule.stepsPerEpoch()));
    return new RunPlan(network, normalization, schedule, config.labelSmoothing());
  }
}
