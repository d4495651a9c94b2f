package io.lockstep.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import io.lockstep.TestSpark;
import io.lockstep.network.Network;
import io.lockstep.network.TrainedNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link GoldenModel} made, in this version and before. */
class GoldenModelTest {
  /** Another CPU may round the last bits of a logit differently. */
  private static final double TOLERANCE = 1e-5;

  static List<Path> models() throws IOException {
    try (Stream<Path> folders = Files.list(GoldenModel.FOLDER)) {
      List<Path> models =
          folders.filter(f -> f.getFileName().toString().startsWith("model-")).sorted().toList();
      assertTrue(!models.isEmpty());
      return models;
    }
  }

  private static void assertAnswers(Path folder, TrainedNetwork network) throws IOException {
    Config answers = ConfigFactory.parseString(Files.readString(folder.resolve("answers.json")));
    List<byte[]> images = GoldenModel.images();
    for (int i = 0; i < images.size(); i++) {
      double[] expected =
          ((ConfigList) answers.getList("probabilities").get(i))
              .unwrapped().stream().mapToDouble(value -> ((Number) value).doubleValue()).toArray();
      assertArrayEquals(expected, network.probabilities(images.get(i)), TOLERANCE);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void networkLoad_modelOfAnyVersion_givesTheAnswersOfThen(Path folder) throws IOException {
    assertAnswers(folder, Network.load(folder.resolve("model")));
  }

  @Tag("spark")
  @ParameterizedTest
  @MethodSource("models")
  void load_modelOfAnyVersion_givesTheAnswersAndParamsOfThen(Path folder) throws IOException {
    TestSpark.session();

    NeuralNetworkClassificationModel model =
        NeuralNetworkClassificationModel.load(folder.resolve("model").toUri().toString());

    assertAnswers(folder, model.trainedNetwork());
    assertEquals("digit", model.getPredictionCol());
    assertEquals("neuralNetwork_golden", model.uid());
  }
}
