package io.lockstep.training;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.Augmentation;
import io.lockstep.data.RowSchedule;
import io.lockstep.network.Network;
import io.lockstep.network.Normalization;
import io.lockstep.network.Shape;
import java.io.Serializable;
import java.util.OptionalLong;

/**
 * What a worker must know before the first round; it travels to every task.
 *
 * @param network what is trained
 * @param normalization of its inputs
 * @param schedule which rows a step takes
 * @param training how it is
 * @param augmentation of the images that are learned from
 */
public record RunPlan(
    Network network,
    Normalization normalization,
    RowSchedule schedule,
    TrainingConfig training,
    Augmentation augmentation)
    implements Serializable {

  /**
   * The plan of a run over {@code rows} training rows.
   *
   * @throws InvalidInputException if the run is too short for the schedule, or a shard can have one
   *     example alone where the network needs several
   */
  public static RunPlan of(
      Network network, Normalization normalization, TrainingConfig config, long rows) {
    RowSchedule schedule =
        new RowSchedule(
            rows,
            config.batchSize(),
            config.shards(),
            config.shuffle(),
            config.shuffleBlock(),
            config.seeds());
    config.schedule().requireFits("training.schedule", config.steps(schedule.stepsPerEpoch()));
    requireCompany(network, schedule);
    return new RunPlan(network, normalization, schedule, config, Augmentation.NONE);
  }

  /**
   * The same plan with images distorted as {@code newAugmentation} says.
   *
   * @throws InvalidInputException if it distorts anything and the network's input is no image
   */
  public RunPlan withAugmentation(Augmentation newAugmentation) {
    if (!newAugmentation.isNone() && !(network.spec().input() instanceof Shape.Image)) {
      throw new InvalidInputException(
          "data.augment distorts images, but network.input is a "
              + network.spec().input()
              + ". Set network.input = [channels, height, width], or leave augment out.");
    }
    return new RunPlan(network, normalization, schedule, training, newAugmentation);
  }

  /**
   * How many steps are made before all weights are one again, from step {@code stepOfEpoch} on: a
   * round ends with its epoch.
   *
   * @param stepOfEpoch 0-based, the first of a round
   */
  public int stepsOfRound(int stepOfEpoch) {
    return Math.min(training.averageEvery(), schedule.stepsPerEpoch() - stepOfEpoch);
  }

  /**
   * The last step of the round that follows {@code steps} steps of the run.
   *
   * @param steps between two rounds; &ge; 0
   */
  public RunStep roundAfter(long steps) {
    int stepsPerEpoch = schedule.stepsPerEpoch();
    int ofRound = stepsOfRound(Math.toIntExact(steps % stepsPerEpoch));
    return new RunStep(steps + ofRound, training.steps(stepsPerEpoch), stepsPerEpoch);
  }

  /**
   * The gradient that is due after {@code steps} steps of the run.
   *
   * @param round to call it
   */
  public Work gradientAfter(long steps, long round, float[] weights) {
    int stepsPerEpoch = schedule.stepsPerEpoch();
    int epoch = Math.toIntExact(steps / stepsPerEpoch) + 1;
    int step = Math.toIntExact(steps % stepsPerEpoch);
    return new Work(round, Work.Kind.GRADIENT, epoch, step, weights);
  }

  /**
   * The step after which a run ends.
   *
   * @param maxSteps after which it ends early, if it does: with the round that makes the last
   */
  public long lastStep(OptionalLong maxSteps) {
    long allSteps = training.steps(schedule.stepsPerEpoch());
    return endOfRound(Math.min(maxSteps.orElse(allSteps), allSteps));
  }

  /** The last step, counted over the run, of the round that makes step {@code number} (1-based). */
  private long endOfRound(long number) {
    int ofEpoch = Math.toIntExact((number - 1) % schedule.stepsPerEpoch());
    int first = ofEpoch / training.averageEvery() * training.averageEvery();
    return number - ofEpoch + first - 1 + stepsOfRound(first);
  }

  private static void requireCompany(Network network, RowSchedule schedule) {
    if (network.needsWholeShares() && schedule.smallestShare() == 1) {
      throw new InvalidInputException(
          String.format(
              "Batch normalisation needs at least 2 examples in each shard's share of a step, but of"
                  + " %d rows in batches of %d over %d shards some share has 1. Set"
                  + " training.batchSize so that every batch, the last of an epoch too, has at"
                  + " least twice as many rows as training.shards, or set fewer shards.",
              schedule.rows(), schedule.batchSize(), schedule.shards()));
    }
  }
}
