package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.base.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrewTest {
  private static DistributedConfig wish(int workers, Synchronization mode) {
    return new DistributedConfig(workers, mode, 1, 1, 0);
  }

  @ParameterizedTest
  @CsvSource({"1, 4, 1", "2, 4, 2", "3, 4, 2", "16, 4, 4", "6, 8, 4"})
  void decide_noWish_takesAPowerOfTwoWithinSlotsAndShards(int slots, int shards, int expected) {
    Crew crew = Crew.decide(wish(0, Synchronization.AUTO), shards, slots, false);

    assertEquals(expected, crew.workers());
    assertEquals(Synchronization.BARRIER, crew.synchronization());
  }

  @Test
  void decide_autoWithTooFewSlots_takesJobAndSaysWhy() {
    assertEquals(
        new Crew(4, Synchronization.JOB, "4 workers need 4 slots at once, and there are 2"),
        Crew.decide(wish(4, Synchronization.AUTO), 4, 2, false));
  }

  @Test
  void decide_autoWithDynamicAllocation_takesJobAndSaysWhy() {
    assertEquals(
        new Crew(2, Synchronization.JOB, "dynamic allocation is on, and barrier stages refuse it"),
        Crew.decide(wish(0, Synchronization.AUTO), 4, 2, true));
  }

  @Test
  void decide_barrierWithTooFewSlots_isRefused() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> Crew.decide(wish(4, Synchronization.BARRIER), 4, 2, false));

    assertEquals(
        "sync = barrier can't run: 4 workers need 4 slots at once, and there are 2. Use --sync job,"
            + " or fewer workers, or more executor cores.",
        e.getMessage());
  }

  @Test
  void requireAtMostShards_moreWorkers_isRefused() {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> Crew.requireAtMostShards(5, 4));

    assertEquals(
        "workers must be at most the 4 shards, each holds whole ones, but was 5. Use --workers 4,"
            + " or --set training.shards=8 (which changes the last bits).",
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "NaN", "Infinity"})
  void slotWaitSeconds_outsideItsDomain_isRejectedWithRuleAndValue(double seconds) {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> new DistributedConfig(1, Synchronization.AUTO, seconds, 1, 0));

    assertEquals(
        "distributed.slotWaitSeconds must be > 0 and finite, but was " + seconds, e.getMessage());
  }

  @Test
  void of_unknownMode_isRefused() {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> Synchronization.of("ring"));

    assertEquals("sync must be one of [auto, barrier, job], but was ring", e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"4, 4, 4", "4, 7, 4", "4, 3, 2", "4, 1, 1", "3, 3, 3", "3, 2, 2", "8, 5, 4"})
  void reformed_slotsThatCameBack_takesAllOrAPowerOfTwo(int before, int slots, int expected) {
    Crew crew = new Crew(before, Synchronization.BARRIER, "asked for").reformed(slots);

    assertEquals(expected, crew.workers());
    assertEquals(Synchronization.BARRIER, crew.synchronization());
  }

  @Test
  void maxRecoveries_negative_isRejectedWithRuleAndValue() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> new DistributedConfig(1, Synchronization.AUTO, 1, 1, -1));

    assertEquals("distributed.maxRecoveries must be >= 0, but was -1", e.getMessage());
  }
}
