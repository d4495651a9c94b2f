package io.lockstep.cli;

import io.lockstep.base.InvalidInputException;
import io.lockstep.base.WholeFiles;
import io.lockstep.data.DigitPhoto;
import io.lockstep.data.Png;
import io.lockstep.data.Upright;
import io.lockstep.data.spark.HadoopPaths;
import io.lockstep.data.spark.InputFormat;
import io.lockstep.data.spark.InputTable;
import io.lockstep.data.spark.WholeFolders;
import io.lockstep.network.BatchScorer;
import io.lockstep.network.Ensemble;
import io.lockstep.network.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.functions;

/**
 * One picture of a digit, for a network of MNIST's 28 x 28 grey images. One of that size is taken
 * as it is, or upright; any other is prepared as MNIST was, see {@link DigitPhoto}.
 *
 * @param pixels what the network sees
 * @param steps what was done to the picture, if anything
 */
record DigitPicture(byte[] pixels, List<String> steps) {
  /** Name of the picture beside the predictions; hidden, so that no reader takes it for data. */
  static final String SEEN_FILE = "_seen.png";

  private static final int SIDE = DigitPhoto.SIDE;
  private static final Shape MNIST = new Shape.Image(1, SIDE, SIDE);
  private static final long MAX_BYTES = 1L << 26;
  private static final long MAX_PIXELS = 100_000_000;
  private static final String SHADES = " .:-=+*#%@";

  /**
   * The picture that {@code input} is, for such a network; nothing if it is anything else, or of 28
   * x 28 pixels in colour, which are refused where rows are read.
   *
   * @throws InvalidInputException if it can't be read, or shows no digit
   */
  static Optional<DigitPicture> find(
      String input, InputFormat format, Ensemble network, Configuration hadoop) throws IOException {
    Path path = HadoopPaths.of("Input", input);
    FileStatus[] found = HadoopPaths.filesOf("Input", path, hadoop).globStatus(path);
    boolean single = found != null && found.length == 1 && found[0].isFile();
    if (!single || !network.network().spec().input().equals(MNIST)) {
      return Optional.empty();
    }
    Path file = found[0].getPath();
    if (!format.resolve(input, file, hadoop).equals(InputFormat.IMAGES)) {
      return Optional.empty();
    }
    byte[] bytes =
        WholeFolders.readFile(file, size -> requireAtMost(input, "bytes", size, MAX_BYTES), hadoop);
    Upright upright = Upright.of(bytes, decode(input, bytes));
    BufferedImage picture = upright.picture();
    List<String> steps = new ArrayList<>(upright.steps());
    if (picture.getWidth() != SIDE || picture.getHeight() != SIDE) {
      DigitPhoto photo = DigitPhoto.of(input, picture);
      steps.addAll(photo.steps());
      return Optional.of(new DigitPicture(photo.pixels(), steps));
    }
    return picture.getRaster().getNumBands() == 1 && picture.getColorModel().getPixelSize() == 8
        ? Optional.of(new DigitPicture(samples(picture), steps))
        : Optional.empty();
  }

  private static byte[] samples(BufferedImage picture) {
    int[] samples = picture.getRaster().getSamples(0, 0, SIDE, SIDE, 0, (int[]) null);
    byte[] pixels = new byte[samples.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) samples[i];
    }
    return pixels;
  }

  private static void requireAtMost(String input, String what, long actual, long most) {
    if (actual > most) {
      throw new InvalidInputException(
          String.format(
              "Input %s must be a picture of at most %d %s, but has %d. Make it smaller.",
              input, most, what, actual));
    }
  }

  private static BufferedImage decode(String input, byte[] bytes) {
    try (ImageInputStream stream =
        ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw unreadable(input, "no such format", null);
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(stream, true, true);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        requireAtMost(input, "pixels", pixels, MAX_PIXELS);
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(input, WholeFiles.reason(e), e);
    } catch (RuntimeException e) { // of decoders, for damaged files
      throw unreadable(input, e.toString(), e);
    }
  }

  private static InvalidInputException unreadable(String input, String reason, Exception cause) {
    return new InvalidInputException(
        String.format(
            "Input %s must be a picture that can be read, PNG, JPEG, GIF or BMP, but is not: %s."
                + " Save it again as PNG.",
            input, reason),
        cause);
  }

  /** Prints what was done, what the network sees, and what it answers. */
  void show(Console console, Ensemble network) {
    String label = "picture ";
    for (String step : steps) {
      console.say("%s%s", label, step);
      label = " ".repeat(label.length());
    }
    label = "seen    ";
    for (String line : drawing()) {
      console.say("%s|%s|", label, line);
      label = " ".repeat(label.length());
    }
    BatchScorer scorer = network.newScorer();
    scorer.add(pixels);
    scorer.score();
    double[] probabilities = scorer.probabilities(0);
    int answer = scorer.prediction(0);
    console.say("answer  %d, probability %.4f", answer, probabilities[answer]);
    StringBuilder all = new StringBuilder();
    for (int k = 0; k < probabilities.length; k++) {
      all.append(String.format(Locale.ROOT, "%s%d %.4f", k == 0 ? "" : "  ", k, probabilities[k]));
    }
    console.say("of all  %s", all);
  }

  /** A line for two rows of pixels: a character is about twice as high as wide. */
  private List<String> drawing() {
    String[] lines = new String[SIDE / 2];
    for (int line = 0; line < lines.length; line++) {
      StringBuilder text = new StringBuilder();
      for (int column = 0; column < SIDE; column++) {
        int at = 2 * line * SIDE + column;
        int shade = (pixels[at] & 0xff) + (pixels[at + SIDE] & 0xff);
        text.append(SHADES.charAt(shade * (SHADES.length() - 1) / 510));
      }
      lines[line] = text.toString();
    }
    return Arrays.asList(lines);
  }

  /** The same row as {@code table}'s, with what the network sees. */
  InputTable in(InputTable table) {
    return new InputTable(
        table.rows().withColumn(table.features(), functions.lit(pixels)), table.features());
  }

  /** What the network sees, as a PNG file. */
  byte[] png() {
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    picture.getRaster().setDataElements(0, 0, SIDE, SIDE, pixels);
    return Png.of(picture);
  }
}
