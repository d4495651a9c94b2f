package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.lockstep.base.Seeds;
import io.lockstep.lanes.Lanes;
import io.lockstep.lanes.VectorMemory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutTest {
  private static final int SIZE = 1000;
  private static final int IMAGES = 20;

  private final Batch batch = new Batch(32, false);
  private final Lanes ones = lanes(1);

  private static Lanes lanes(float value) {
    Lanes lanes = Lanes.zeros(SIZE, 32);
    Arrays.fill(lanes.data(), value);
    return lanes;
  }

  private Pass pass(double rate) {
    return new Dropout(rate).on(new Shape.Vector(SIZE)).newPass(batch, VectorMemory.small());
  }

  private float[] learn(Pass pass, int epoch, int shard, int firstRow) {
    batch.learn(IMAGES, true);
    for (int image = 0; image < IMAGES; image++) {
      batch.set(image, new Seeds(5).key(Seeds.Purpose.LAYERS, epoch, shard, firstRow + image));
    }
    Lanes output = lanes(Float.NaN);
    pass.forward(ones, new float[0], 0, output);
    return Rows.of(output, IMAGES);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.5, 0.9})
  void forward_learning_dropsTheRateAndScalesTheRest(double rate) {
    float[] y = learn(pass(rate), 1, 0, 0);

    int dropped = 0;
    for (float value : y) {
      dropped += value == 0 ? 1 : 0;
      assertEquals(value == 0 ? 0 : (float) (1 / (1 - rate)), value);
    }
    assertEquals(rate, dropped / (double) y.length, 0.01); // three standard deviations
  }

  @Test
  void forward_sameExampleElsewhereInABatch_dropsTheSame() {
    Pass pass = pass(0.5);
    float[] first = learn(pass, 3, 1, 100);
    float[] later = learn(pass, 3, 1, 90);

    assertArrayEquals(
        Arrays.copyOfRange(first, 0, SIZE), Arrays.copyOfRange(later, 10 * SIZE, 11 * SIZE));
  }

  @Test
  void forward_otherEpochShardRowOrLayer_dropsOthers() {
    Pass pass = pass(0.5);
    float[] one = learn(pass, 1, 0, 0);

    assertFalse(Arrays.equals(one, learn(pass, 2, 0, 0)));
    assertFalse(Arrays.equals(one, learn(pass, 1, 1, 0)));
    assertFalse(Arrays.equals(one, learn(pass, 1, 0, 1)));
    assertFalse(Arrays.equals(one, learn(pass(0.5), 1, 0, 0)));
  }

  @Test
  void inputGradient_learning_goesWhereTheValuesWent() {
    Pass pass = pass(0.5);
    float[] y = learn(pass, 1, 0, 0);
    Lanes gradient = lanes(Float.NaN);

    pass.inputGradient(ones, ones, new float[0], 0, gradient);

    assertArrayEquals(y, Rows.of(gradient, IMAGES));
  }

  @Test
  void forward_scoring_changesNothing() {
    batch.score(true);
    Lanes x = lanes(0.3f);
    Lanes y = lanes(Float.NaN);

    pass(0.5).forward(x, new float[0], 0, y);

    assertArrayEquals(x.data(), y.data());
    pass(0.5).forward(x, new float[0], 0, x);
    assertEquals(0.3f, x.get(0, 0));
  }
}
