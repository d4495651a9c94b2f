package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import io.lockstep.training.TrainingConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopologyTest {
  private static final TrainingConfig CLIPPING =
      TrainingConfig.of(Settings.of(ConfigFactory.parseString("clipNorm = 0.5")));

  private static Crew crew(int workers) {
    return new Crew(workers, Synchronization.BARRIER, "test");
  }

  private static String refusal(Topology wish, Crew crew, int parameters) {
    return assertThrows(
            InvalidInputException.class,
            () -> Topology.choose(wish, crew, false, TrainingConfig.DEFAULTS, parameters))
        .getMessage();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SLICES", "PEERS"})
  void choose_whatCanNotBe_saysWhyAndWhatElse(Topology wish) {
    assertEquals(
        "distributed.exchange = "
            + wish
            + " can't run: sync = job keeps no worker that could hold the weights. Use"
            + " distributed.exchange = driver or auto.",
        refusal(wish, new Crew(2, Synchronization.JOB, "test"), 100));
    assertEquals(
        "distributed.exchange = "
            + wish
            + " can't run: 8 slices of 7 weights leave some empty. Use distributed.exchange ="
            + " driver or auto.",
        refusal(wish, crew(8), 7));
  }

  @Test
  void choose_autoOfTwo_takesPeersAndSaysWhy() {
    assertEquals(
        new Topology.Choice(
            Topology.PEERS, "two workers need one message each way, no others move less"),
        Topology.choose(Topology.AUTO, crew(2), false, CLIPPING, 100));
    assertEquals(
        new Topology.Choice(Topology.PEERS, "a worker alone needs nobody's sums"),
        Topology.choose(Topology.AUTO, crew(1), false, CLIPPING, 100));
  }

  @Test
  void choose_autoWithAnObstacle_takesTheDriverAndSaysWhy() {
    assertEquals(
        new Topology.Choice(Topology.DRIVER, "driver and workers share their memory"),
        Topology.choose(Topology.AUTO, crew(8), true, TrainingConfig.DEFAULTS, 5_000_000));
  }

  @ParameterizedTest
  @CsvSource({"1, 5000000, PEERS", "8, 21840, DRIVER", "2, 199210, PEERS", "4, 5000000, SLICES"})
  void choose_auto_takesWhatMovesFewerBytes(int workers, int parameters, Topology expected) {
    assertEquals(
        expected,
        Topology.choose(Topology.AUTO, crew(workers), false, TrainingConfig.DEFAULTS, parameters)
            .topology());
  }

  @Test
  void choose_auto_saysTheFigures() {
    assertEquals(
        "the busiest process moves 160.0 MB a step with the driver, 60.0 MB and 12 messages"
            + " with slices",
        Topology.choose(Topology.AUTO, crew(4), false, TrainingConfig.DEFAULTS, 5_000_000)
            .reason());
  }

  @Test
  void choose_autoWithGradientsInBf16_countsTheirBytes() {
    TrainingConfig rounding =
        TrainingConfig.of(Settings.of(ConfigFactory.parseString("gradients = bf16")));

    assertEquals(
        "the busiest process moves 120.0 MB a step with the driver, 45.0 MB and 12 messages"
            + " with slices",
        Topology.choose(Topology.AUTO, crew(4), false, rounding, 5_000_000).reason());
  }

  @Test
  void choose_autoWithClipping_countsItsMessagesToo() {
    assertEquals(
        new Topology.Choice(
            Topology.SLICES,
            "the busiest process moves 160.0 MB a step with the driver, 60.0 MB and 24 messages"
                + " with slices"),
        Topology.choose(Topology.AUTO, crew(4), false, CLIPPING, 5_000_000));
  }

  @Test
  void of_anotherName_isRefusedWithTheChoice() {
    assertEquals(
        "distributed.exchange must be one of [auto, driver, slices, peers], but was ring",
        assertThrows(InvalidInputException.class, () -> Topology.of("ring")).getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -3})
  void snapshotEvery_lessThanAStep_isRefused(int steps) {
    Settings settings = Settings.of(ConfigFactory.parseString("snapshotEvery = " + steps));

    assertEquals(
        "distributed.snapshotEvery must be >= 1, or auto, but was " + steps,
        assertThrows(InvalidInputException.class, () -> DistributedConfig.of(settings))
            .getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"exchange = slices, snapshotEvery = 7", "exchange = driver", ""})
  void toConfig_isReadBackTheSame(String hocon) {
    DistributedConfig config = DistributedConfig.of(Settings.of(ConfigFactory.parseString(hocon)));

    assertEquals(
        config,
        DistributedConfig.of(
            Settings.of(ConfigFactory.empty().withValue("x", config.toConfig()).getConfig("x"))));
  }

  @ParameterizedTest
  @CsvSource({"1, 5", "3, 10", "8, 8", "4, 199210"})
  void slices_ofAnyNumber_coverEachValueOnce(int count, int values) {
    int next = 0;
    for (int i = 0; i < count; i++) {
      Slice slice = Slice.of(i, count, values);
      assertEquals(next, slice.from());
      next = slice.to();
    }
    assertEquals(values, next);
  }
}
