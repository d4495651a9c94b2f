package io.lockstep.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AugmentationTest {
  private static Augmentation of(String hocon) {
    return Augmentation.of(Settings.of(ConfigFactory.parseString(hocon).root(), "data.augment"));
  }

  @Test
  void of_everything_isReadAndWrittenBack() {
    Augmentation all =
        of("shift = 2, rotate = 10, scale = 0.1, shear = 0.2, elastic {sigma = 4, strength = 34}");

    assertEquals(new Augmentation(2, 10, 0.1, 0.2, new Augmentation.Elastic(4, 34)), all);
    assertEquals(all, of(all.toConfig().render()));
    assertFalse(all.isNone());
  }

  @Test
  void of_nothing_isNone() {
    assertEquals(Augmentation.NONE, of(""));
    assertTrue(of("").isNone());
    assertEquals(Augmentation.NONE, of(Augmentation.NONE.toConfig().render()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shift = -1 | data.augment.shift must be >= 0 and finite, but was -1.0",
        "rotate = 181 | data.augment.rotate must be 0 to 180 degrees, but was 181.0",
        "scale = 1 | data.augment.scale must be in [0, 1), but was 1.0",
        "shear = -0.1 | data.augment.shear must be >= 0 and finite, but was -0.1",
        "elastic {sigma = 0, strength = 1} | data.augment.elastic.sigma must be > 0 and at most 64"
            + " pixels, but was 0.0",
        "elastic {sigma = 4, strength = -1} | data.augment.elastic.strength must be >= 0 and"
            + " finite, but was -1.0",
        "elastic {sigma = 4} | data.augment.elastic.strength is missing: set a number",
        "elastic {sigma = 4, strength = 1, alpha = 1} | Unknown setting"
            + " data.augment.elastic.alpha (String: 1). Known settings here: sigma, strength.",
        "turn = 5 | Unknown setting data.augment.turn (String: 1). Known settings here: elastic,"
            + " rotate, scale, shear, shift."
      })
  void of_badSettings_saysWhatIsWrong(String hocon, String message) {
    InvalidInputException e = assertThrows(InvalidInputException.class, () -> of(hocon));

    assertEquals(message, e.getMessage());
  }

  @Test
  void augmentation_ofNaN_isRefused() {
    assertThrows(
        InvalidInputException.class,
        () -> new Augmentation(Double.NaN, 0, 0, 0, Augmentation.Elastic.NONE));
    assertThrows(
        InvalidInputException.class,
        () -> new Augmentation(0, Double.NaN, 0, 0, Augmentation.Elastic.NONE));
    assertThrows(
        InvalidInputException.class,
        () -> new Augmentation(0, 0, Double.NaN, 0, Augmentation.Elastic.NONE));
    assertThrows(InvalidInputException.class, () -> new Augmentation.Elastic(Double.NaN, 1));
    assertThrows(InvalidInputException.class, () -> new Augmentation.Elastic(1, Double.NaN));
  }
}
