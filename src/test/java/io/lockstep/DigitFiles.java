package io.lockstep;

import io.lockstep.data.Digits;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.MnistFiles;
import io.lockstep.data.Split;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Generated digits as MNIST's four IDX files: data sets of any size for tests. */
public final class DigitFiles {
  private static final int IMAGES_MAGIC = 0x803;
  private static final int LABELS_MAGIC = 0x801;

  private DigitFiles() {}

  /** Writes the first {@code trainRows} and {@code testRows} digits into {@code folder}. */
  public static Path write(Path folder, int trainRows, int testRows) throws IOException {
    Files.createDirectories(folder);
    write(folder, Split.TRAIN, Digits.draw(Split.TRAIN, trainRows));
    write(folder, Split.TEST, Digits.draw(Split.TEST, testRows));
    return folder;
  }

  private static void write(Path folder, Split split, LabeledImages digits) throws IOException {
    Path images = folder.resolve(MnistFiles.imagesName(split));
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(images))) {
      out.writeInt(IMAGES_MAGIC);
      out.writeInt(digits.rows());
      out.writeInt(digits.height());
      out.writeInt(digits.width());
      out.write(digits.pixels());
    }
    Path labels = folder.resolve(MnistFiles.labelsName(split));
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(labels))) {
      out.writeInt(LABELS_MAGIC);
      out.writeInt(digits.rows());
      for (int label : digits.labels()) {
        out.writeByte(label);
      }
    }
  }
}
