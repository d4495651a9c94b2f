package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import io.lockstep.lanes.ByteRows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizationTest {
  private static final Normalization MNIST = new Normalization(0.1307, 0.3081);

  @Test
  void ofBytes_ofMnist_areTheFloatsOfPyTorch() {
    ByteRows bytes = MNIST.ofBytes();

    // (torch.tensor([0, 1, 128, 255]).float().div(255) - 0.1307) / 0.3081
    assertEquals(-0.42421296f, bytes.meaning((byte) 0));
    assertEquals(-0.41148472f, bytes.meaning((byte) 1));
    assertEquals(1.2050011f, bytes.meaning((byte) 128));
    assertEquals(2.8214867f, bytes.meaning((byte) 255));
  }

  @Test
  void none_leavesValuesAlone() {
    assertEquals(0.3f, Normalization.NONE.apply(0.3f));
    assertEquals(1f, Normalization.NONE.ofBytes().meaning((byte) 255));
  }

  @Test
  void toMap_readAgain_isEqual() {
    assertEquals(
        MNIST, Normalization.of(Settings.of(ConfigValueFactory.fromMap(MNIST.toMap()), "n")));
  }

  @Test
  void of_nothingSet_isNone() {
    assertEquals(Normalization.NONE, Normalization.of(Settings.of(ConfigFactory.empty())));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void std_outsideItsDomain_isRejectedWithRuleAndValue(double std) {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> new Normalization(0, std));

    assertEquals("normalize.std must be > 0 and finite, but was " + std, e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY})
  void mean_notFinite_isRejectedWithRuleAndValue(double mean) {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> new Normalization(mean, 1));

    assertEquals("normalize.mean must be finite, but was " + mean, e.getMessage());
  }
}
