package io.lockstep.training;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Checks;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import java.io.Serializable;
import java.util.Map;

/**
 * Which epoch's weights a run ends with, when it ends, and when it looks at the test rows.
 *
 * @param keep whose weights are the model
 * @param patience epochs without a better validation accuracy that end the run; &ge; 1, {@link
 *     #UNLIMITED} for all its epochs
 * @param testEveryEpoch whether the test rows are evaluated after each epoch; else once, at the
 *     end, with the weights that are kept
 */
public record Selection(Keep keep, int patience, boolean testEveryEpoch) implements Serializable {

  /** The epoch whose weights are the model. */
  public enum Keep {
    /** The best where there are validation rows, else the last. */
    AUTO,
    /** The one with the best validation, see {@link BestEpoch}. */
    BEST,
    /** The last one. */
    LAST;

    /** The choice that a run file writes {@code name}. */
    public static Keep of(String name, String setting) {
      return Checks.choice(values(), name, setting + " must be best, last or auto");
    }

    /** As a run file writes it. */
    @Override
    public String toString() {
      return switch (this) {
        case AUTO -> "auto";
        case BEST -> "best";
        case LAST -> "last";
      };
    }
  }

  /** No run has as many epochs. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  public static final Selection DEFAULTS = new Selection(Keep.AUTO, UNLIMITED, true);

  private static final String KEEP = "keep";
  private static final String PATIENCE = "patience";
  private static final String TEST_EVERY_EPOCH = "testEveryEpoch";
  private static final String OFF = "off";

  public Selection {
    Checks.requireAtLeastOne("training." + PATIENCE, patience);
  }

  /** Reads the keys of this among those of {@code training { ... }}. */
  static Selection of(Settings training) {
    return new Selection(
        training
            .value(KEEP)
            .map(value -> Keep.of(training.stringValue(KEEP), training.name(KEEP)))
            .orElse(DEFAULTS.keep),
        patience(training),
        training.booleanValue(TEST_EVERY_EPOCH, DEFAULTS.testEveryEpoch));
  }

  private static int patience(Settings training) {
    if (training.stringValue(PATIENCE, OFF).equals(OFF)) {
      return UNLIMITED;
    }
    int epochs = training.intValue(PATIENCE);
    Checks.require(epochs >= 1, training.name(PATIENCE) + " must be >= 1, or off", epochs);
    return epochs;
  }

  /** What {@link #of} reads back to this. */
  Map<String, ConfigValue> toMap() {
    return Map.of(
        KEEP, ConfigValueFactory.fromAnyRef(keep.toString()),
        PATIENCE, ConfigValueFactory.fromAnyRef(stops() ? patience : OFF),
        TEST_EVERY_EPOCH, ConfigValueFactory.fromAnyRef(testEveryEpoch));
  }

  /** Whether the run may end before its last epoch. */
  public boolean stops() {
    return patience < UNLIMITED;
  }

  /** Whether a run keeps its best epoch, if it {@code validates}. */
  public boolean keepsBest(boolean validates) {
    return keep == Keep.BEST || (keep == Keep.AUTO && validates);
  }

  /**
   * Refuses a run that has no validation rows to judge its epochs by, where it must judge them.
   *
   * @param path in front of the names of settings, such as {@code training.}
   * @param validationRows how many there are
   * @param remedy how to get some, such as {@code Set data.validationRows}
   * @throws InvalidInputException naming the setting that asks for them
   */
  public void requireRows(String path, long validationRows, String remedy) {
    if (validationRows > 0) {
      return;
    }
    if (keep == Keep.BEST) {
      throw needsRows(path + KEEP + " = best", validationRows, remedy, path + KEEP + " = last");
    }
    if (stops()) {
      throw needsRows(
          path + PATIENCE + " = " + patience, validationRows, remedy, path + PATIENCE + " = off");
    }
  }

  private static InvalidInputException needsRows(
      String setting, long rows, String remedy, String instead) {
    return new InvalidInputException(
        String.format(
            "%s must have validation rows to judge epochs by, but there are %d. %s, or %s.",
            setting, rows, remedy, instead));
  }
}
