package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.Augmentation;
import io.lockstep.network.Network;
import io.lockstep.network.Networks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunPlanTest {
  private static final int BATCH = 25;

  @Test
  void withAugmentation_ofVectors_isRefused() {
    RunPlan plan =
        Runs.plan(Network.of(Networks.vector(784).dense(10).spec()), Runs.config(1, BATCH, 2), 150);

    assertEquals(plan, plan.withAugmentation(Augmentation.NONE));
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> plan.withAugmentation(new Augmentation(1, 0, 0, 0, Augmentation.Elastic.NONE)));
    assertEquals(
        "data.augment distorts images, but network.input is a vector of 784. Set network.input ="
            + " [channels, height, width], or leave augment out.",
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"145, 20, 4", "101, 50, 4", "3, 50, 4", "40, 4, 4"})
  void of_batchNormWithAShareOfOne_isRefused(int rows, int batchSize, int shards) {
    Network network = Network.of(Networks.vector(5).batchNorm1d().dense(2).spec());
    TrainingConfig config = Runs.config(1, batchSize, shards);

    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> RunPlan.of(network, Runs.NORMALIZATION, config, rows));

    assertEquals(
        String.format(
            "Batch normalisation needs at least 2 examples in each shard's share of a step, but of"
                + " %d rows in batches of %d over %d shards some share has 1. Set"
                + " training.batchSize so that every batch, the last of an epoch too, has at least"
                + " twice as many rows as training.shards, or set fewer shards.",
            rows, batchSize, shards),
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"150, 25, 4", "108, 50, 4", "2, 50, 1", "40, 8, 4"})
  void of_batchNormWithLargerShares_isTaken(int rows, int batchSize, int shards) {
    Network network = Network.of(Networks.vector(5).batchNorm1d().dense(2).spec());

    RunPlan plan = RunPlan.of(network, Runs.NORMALIZATION, Runs.config(1, batchSize, shards), rows);

    assertEquals(rows, plan.schedule().rows());
  }
}
