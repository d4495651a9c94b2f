package io.lockstep.data.spark;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.Digits;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.Split;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * {@code spark.read().format("digits").option("split", "train").load()}: generated digits, see
 * {@link Digits}.
 *
 * <p>Options: {@code split}, train or test (default train); {@code rows} (default 60,000 and
 * 10,000).
 */
public final class DigitsDataSource extends ImageDataSource {
  @Override
  public String shortName() {
    return "digits";
  }

  @Override
  ImageRows rows(CaseInsensitiveStringMap options) {
    Split split = Split.ofFiles(options.getOrDefault("split", "train"));
    String rows = options.getOrDefault("rows", String.valueOf(Digits.defaultRows(split)));
    try {
      int count = Integer.parseInt(rows);
      if (count >= 1) {
        return new Drawn(split, count);
      }
      throw new InvalidInputException("rows must be >= 1, but was " + rows);
    } catch (NumberFormatException e) {
      throw new InvalidInputException("rows must be a whole number, but was " + rows, e);
    }
  }

  private record Drawn(Split split, int rows) implements ImageRows {
    @Override
    public LabeledImages slice(int from, int to) {
      return Digits.draw(split, from, to);
    }
  }
}
