package io.lockstep.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataFingerprintTest {
  private static final int ROWS = 1500; // more than there are residue classes
  private static final LabeledImages TRAIN = Digits.draw(Split.TRAIN, ROWS);
  private static final LabeledImages TEST = Digits.draw(Split.TEST, 30);

  private static final DataFingerprint HELD = DataFingerprint.of(TRAIN, 1200, 1300, TEST);

  private static DataFingerprint dealt(Map<Split, List<Shard>> splits, Map<Split, Long> rows) {
    ShardGroup group = new ShardGroup(0, splits);
    List<DataFingerprint.OfShard> shards = new ArrayList<>();
    for (int shard = 0; shard < group.count(); shard++) {
      shards.add(DataFingerprint.OfShard.of(group, shard, group.count()));
    }
    return DataFingerprint.of(rows, shards);
  }

  private static Map<Split, List<Shard>> splits(int shards) {
    return Map.of(
        Split.TRAIN, Dealer.deal(TRAIN, 0, 1200, shards),
        Split.VALIDATION, Dealer.deal(TRAIN, 1200, 1300, shards),
        Split.TEST, Dealer.deal(TEST, shards));
  }

  private static final Map<Split, Long> COUNTS =
      Map.of(Split.TRAIN, 1200L, Split.VALIDATION, 100L, Split.TEST, 30L);

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 1024})
  void of_anyNumberOfShards_isThatOfTheImages(int shards) {
    assertEquals(HELD, dealt(splits(shards), COUNTS));
  }

  @Test
  void of_rowsThatAllWeighOne_isThatOfRowsWithoutWeights() {
    Map<Split, List<Shard>> weighted = new HashMap<>(splits(2));
    weighted.put(Split.TRAIN, weighted.get(Split.TRAIN).stream().map(s -> weighted(s, 1)).toList());
    assertEquals(HELD, dealt(weighted, COUNTS));

    weighted.put(Split.TRAIN, weighted.get(Split.TRAIN).stream().map(s -> weighted(s, 2)).toList());
    assertNotEquals(HELD.sha256(), dealt(weighted, COUNTS).sha256());
  }

  private static Shard weighted(Shard shard, float weight) {
    float[] weights = new float[shard.rows()];
    Arrays.fill(weights, weight);
    return new Shard(shard.number(), shard.features(), shard.labels(), weights);
  }

  @Test
  void of_otherCutPixelLabelOrOrder_isAnother() {
    assertNotEquals(HELD.sha256(), DataFingerprint.of(TRAIN, 1201, 1300, TEST).sha256());
    assertNotEquals(HELD.sha256(), DataFingerprint.of(TRAIN, 1200, 1301, TEST).sha256());

    LabeledImages pixel = Digits.draw(Split.TRAIN, ROWS);
    pixel.pixels()[1250 * pixel.imageSize() + 5] ^= 1;
    assertNotEquals(HELD.sha256(), DataFingerprint.of(pixel, 1200, 1300, TEST).sha256());

    LabeledImages label = Digits.draw(Split.TRAIN, ROWS);
    label.labels()[1] = (label.labels()[1] + 1) % 10;
    assertNotEquals(HELD.sha256(), DataFingerprint.of(label, 1200, 1300, TEST).sha256());

    LabeledImages order = Digits.draw(Split.TRAIN, ROWS);
    int size = order.imageSize();
    System.arraycopy(TRAIN.pixels(), 0, order.pixels(), size, size);
    System.arraycopy(TRAIN.pixels(), size, order.pixels(), 0, size);
    order.labels()[0] = TRAIN.labels()[1];
    order.labels()[1] = TRAIN.labels()[0];
    assertNotEquals(HELD.sha256(), DataFingerprint.of(order, 1200, 1300, TEST).sha256());
  }

  @Test
  void of_otherTestRows_decidesTheSameWeightsButIsAnother() {
    DataFingerprint other = DataFingerprint.of(TRAIN, 1200, 1300, Digits.draw(Split.TEST, 29));
    DataFingerprint none = new DataFingerprint(1200, 100, HELD.sha256(), Optional.empty());

    assertEquals(HELD.sha256(), other.sha256());
    assertFalse(HELD.sameAs(other));
    assertTrue(HELD.sameAs(none));
  }
}
