package io.lockstep.base;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lockstep.base.Seeds.Purpose;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SeedsTest {
  private static final Seeds SEEDS = new Seeds(42);

  @Test
  void stream_samePosition_givesTheSameNumbers() {
    assertArrayEquals(
        SEEDS.stream(Purpose.SHUFFLE, 3, 1).longs(100).toArray(),
        new Seeds(42).stream(Purpose.SHUFFLE, 3, 1).longs(100).toArray());
  }

  @Test
  void stream_otherSeedPurposeOrPosition_startsElsewhere() {
    Set<Long> first = new HashSet<>();
    int streams = 0;
    for (long seed = -2; seed < 3; seed++) {
      for (Purpose purpose : Purpose.values()) {
        first.add(new Seeds(seed).stream(purpose).nextLong());
        streams++;
        for (long a = -1; a < 40; a++) {
          first.add(new Seeds(seed).stream(purpose, a).nextLong());
          streams++;
          for (long b = 0; b < 8; b++) {
            first.add(new Seeds(seed).stream(purpose, a, b).nextLong());
            streams++;
          }
        }
      }
    }

    assertEquals(streams, first.size());
  }

  @Test
  void stream_knownPosition_neverChanges() {
    SplittableRandom shuffle = SEEDS.stream(Purpose.SHUFFLE, 1, 0);
    SplittableRandom weights = SEEDS.stream(Purpose.INITIAL_WEIGHTS, 0);
    SplittableRandom digits = SEEDS.stream(Purpose.DIGITS, 1, 7);

    // Old runs must repeat: a change of these numbers is a change of every run.
    assertEquals(5908942929115642713L, shuffle.nextLong());
    assertEquals(5354815018727102377L, weights.nextLong());
    assertEquals(-5534711538232123761L, digits.nextLong());
  }

  @Test
  void stream_neighbouringPositions_areNotCorrelated() {
    double sum = 0;
    int pairs = 10_000;
    for (int i = 0; i < pairs; i++) {
      double a = SEEDS.stream(Purpose.SHUFFLE, i).nextDouble() - 0.5;
      double b = SEEDS.stream(Purpose.SHUFFLE, i + 1).nextDouble() - 0.5;
      sum += 12 * a * b;
    }

    assertEquals(0, sum / pairs, 4 / Math.sqrt(pairs));
  }
}
