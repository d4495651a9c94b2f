package io.lockstep.model;

import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.HoconText;
import io.lockstep.base.WholeFiles;
import io.lockstep.data.Digits;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Makes {@code src/test/resources/golden/model-VERSION}: a model saved by this version, and what it
 * answers. Its {@code main} takes the version, and runs with the tests' class path and Spark's
 * {@code --add-opens} (as an IDE runs a test). Run it once per version of the format: what it made
 * then must load for ever.
 */
final class GoldenModel {
  static final int IMAGES = 20;
  static final Path FOLDER = Path.of("src", "test", "resources", "golden");

  private GoldenModel() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = FOLDER.resolve("model-" + arguments[0]);
    NeuralNetworkClassificationModel model =
        new NeuralNetworkClassifier("neuralNetwork_golden")
            .setNetwork(
                "input = [1, 28, 28], layers = [{conv2d {filters = 2, kernel = 5}}, relu,"
                    + " {maxPool2d {kernel = 4}}, flatten, {dense {units = 10}}]")
            .setNormalizeMean(0.1307)
            .setNormalizeStd(0.3081)
            .setLearningRate(0.05)
            .setMaxEpochs(5)
            .setPredictionCol("digit")
            .fit(DigitFrames.binary(600));
    model.save(folder.resolve("model").toUri().toString());
    List<List<Double>> answers = new ArrayList<>();
    for (byte[] image : images()) {
      answers.add(Arrays.stream(model.trainedNetwork().probabilities(image)).boxed().toList());
    }
    WholeFiles.write(
        folder.resolve("answers.json"),
        ConfigValueFactory.fromMap(Map.of("probabilities", answers)).render(HoconText.JSON));
  }

  /** The images that the answers are about. */
  static List<byte[]> images() {
    LabeledImages digits = Digits.draw(Split.TEST, IMAGES);
    List<byte[]> images = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      images.add(
          Arrays.copyOfRange(
              digits.pixels(), i * digits.imageSize(), (i + 1) * digits.imageSize()));
    }
    return images;
  }
}
