package io.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.data.Digits;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.PhoneJpeg;
import io.lockstep.data.Photos;
import io.lockstep.data.Split;
import io.lockstep.network.EveryLayer;
import io.lockstep.network.Network;
import io.lockstep.network.Normalization;
import io.lockstep.network.TrainedNetwork;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code predict} of one picture, without Spark. */
class DigitPictureTest {
  @TempDir private Path folder;
  private Path model;
  private TrainedNetwork trained;

  @BeforeEach
  void save() {
    Network network = EveryLayer.network();
    trained = new TrainedNetwork(network, Normalization.NONE, EveryLayer.weights(network, 3));
    model = folder.resolve("model");
    trained.save(model);
  }

  private CommandRun predict(Path input) {
    return CommandRun.of("predict", "--model", model.toString(), "--input", input.toString());
  }

  private void assertRefused(String message, CommandRun run) {
    assertEquals("lockstep: " + message + "\n", run.err());
    assertEquals(Main.USAGE, run.exitCode());
  }

  private Path write(String format, BufferedImage picture) throws IOException {
    Path file = folder.resolve("my." + format);
    assertTrue(ImageIO.write(picture, format, file.toFile()));
    return file;
  }

  @Test
  void predict_photo_saysWhatWasDoneShowsItAndAnswers() throws IOException {
    CommandRun run = predict(write("jpg", Photos.digit(7, 300, 400, 12, 190, 50, 60, 5)));

    assertEquals(0, run.exitCode(), run.err());
    String[] lines = run.out().split("\n", -1);
    assertEquals("picture 300 x 400 pixels, made grey", lines[2]);
    assertTrue(run.out().contains("\nseen    |                            |\n"), run.out());
    assertTrue(lines[lines.length - 3].matches("answer  \\d, probability 0\\.\\d{4}"), run.out());
    assertTrue(lines[lines.length - 2].matches("of all  (\\d 0\\.\\d{4}  ){9}9 0\\.\\d{4}"));
  }

  @Test
  void predict_photoMarkedAsTurned_seesItUpright() throws IOException {
    Path file = folder.resolve("phone.jpg");
    BufferedImage upright = Photos.digit(7, 300, 400, 12, 190, 50, 60, 5);
    BufferedImage upsideDown = new BufferedImage(300, 400, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 300 * 400; i++) {
      int sample = upright.getRaster().getSample(i % 300, i / 300, 0);
      upsideDown.getRaster().setSample(299 - i % 300, 399 - i / 300, 0, sample);
    }
    Files.write(file, PhoneJpeg.of(upsideDown, 3));

    CommandRun run = predict(file);

    assertEquals(0, run.exitCode(), run.err());
    assertTrue(
        run.out().contains("\npicture EXIF orientation 3: turned by 180 degrees\n"), run.out());
    String expected = seen(predict(write("png", upright)).out());
    String actual = seen(run.out());
    long differ =
        IntStream.range(0, expected.length())
            .filter(i -> expected.charAt(i) != actual.charAt(i))
            .count();
    assertTrue(differ < 40, () -> "JPEG alone is no reason for " + expected + " and " + actual);
  }

  /** The drawing of what the network saw. */
  private static String seen(String out) {
    return out.substring(out.indexOf("seen"), out.indexOf("answer"));
  }

  @Test
  void predict_pictureOfItsSize_isTakenAsItIs() throws IOException {
    LabeledImages digits = Digits.draw(Split.TEST, 1);
    BufferedImage picture = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    picture.getRaster().setDataElements(0, 0, 28, 28, digits.pixels());
    double[] expected = trained.probabilities(digits.pixels());

    CommandRun run = predict(write("png", picture));

    assertEquals(0, run.exitCode(), run.err());
    assertTrue(!run.out().contains("picture"), run.out());
    assertTrue(
        run.out().contains(String.format("of all  0 %.4f  1 %.4f", expected[0], expected[1])));
  }

  @Test
  void predict_damagedPicture_isRefused() throws IOException {
    Path whole = write("png", Photos.digit(7, 300, 400, 12, 190, 50, 60, 5));
    Path cut = folder.resolve("cut.png");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(whole), 20));

    CommandRun run = predict(cut);

    assertEquals(Main.USAGE, run.exitCode());
    assertTrue(
        run.err()
            .startsWith(
                "lockstep: Input "
                    + cut
                    + " must be a picture that can be read, PNG, JPEG, GIF or BMP, but is not: "),
        run.err());
    assertTrue(run.err().endsWith(". Save it again as PNG.\n"), run.err());
  }

  @Test
  void predict_emptySheet_isRefused() throws IOException {
    Path empty = write("png", Photos.digit(7, 300, 400, 0.01, 190, 189, 60, 5));

    assertRefused(
        empty
            + " must show a digit, but no ink stands out from the sheet by 25 of 255 grey levels."
            + " Draw it darker, or take the picture in more light.",
        predict(empty));
  }

  @Test
  void predict_otherInputWithoutOutput_isRefused() throws IOException {
    Path colour = write("png", new BufferedImage(28, 28, BufferedImage.TYPE_INT_RGB));

    for (Path input : new Path[] {folder, folder.resolve("none.png"), colour}) {
      assertRefused(
          "--output must name a new folder for the answers to "
              + input
              + ": only the answer to one picture of a digit, by a model of 1 x 28 x 28 images, is"
              + " just printed. Add --output PATH.",
          predict(input));
    }
  }

  @Test
  void predict_noPicture_isRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("my.txt"), "seven");

    assertRefused(
        String.format(
            "Input %s must be IDX, Parquet or image files, but file:%s is none of these. Check the"
                + " path, or name its kind with --format.",
            text, text),
        predict(text));
  }
}
