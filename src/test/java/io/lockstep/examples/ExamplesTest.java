package io.lockstep.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.TestSpark;
import io.lockstep.data.Digits;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.Split;
import io.lockstep.model.NeuralNetworkClassificationModel;
import io.lockstep.model.NeuralNetworkClassifier;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("spark")
class ExamplesTest {
  private static final Path SOURCES = Path.of("src", "test", "java", "io", "lockstep", "examples");

  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toUri().toString();
  }

  @Test
  void pipeline_run_learns() throws Exception {
    Dataset<Row> train =
        TestSpark.digits(Split.TRAIN, 2000)
            .withColumn("name", functions.concat(functions.lit("digit "), functions.col("label")))
            .drop("label");
    Dataset<Row> test =
        TestSpark.digits(Split.TEST, 300)
            .withColumn("name", functions.concat(functions.lit("digit "), functions.col("label")))
            .drop("label");

    double accuracy = PipelineExample.run(train, test, path("pipeline"));

    assertTrue(accuracy > 0.6, () -> "accuracy " + accuracy);
  }

  @Test
  void crossValidation_run_picksTheBetterRate() {
    NeuralNetworkClassificationModel best =
        CrossValidationExample.run(TestSpark.digits(Split.TRAIN, 300));

    assertEquals(0.05, ((NeuralNetworkClassifier) best.parent()).getLearningRate());
  }

  @Test
  void imageFolder_run_learnsTheFoldersNames() throws IOException {
    LabeledImages images = Digits.draw(Split.TRAIN, 200);
    for (int i = 0; i < images.rows(); i++) {
      Path ofClass = folder.resolve("images").resolve(String.valueOf(images.labels()[i]));
      Files.createDirectories(ofClass);
      ImageIO.write(image(images, i), "png", ofClass.resolve(i + ".png").toFile());
    }

    NeuralNetworkClassificationModel model =
        ImageFolderExample.run(TestSpark.session(), path("images"));

    assertTrue(model.summary().accuracy() > 0.8, () -> "accuracy " + model.summary().accuracy());
  }

  private static BufferedImage image(LabeledImages images, int index) {
    BufferedImage image =
        new BufferedImage(images.width(), images.height(), BufferedImage.TYPE_BYTE_GRAY);
    byte[] pixels =
        Arrays.copyOfRange(
            images.pixels(), index * images.imageSize(), (index + 1) * images.imageSize());
    image.getRaster().setDataElements(0, 0, images.width(), images.height(), pixels);
    return image;
  }

  @Test
  void streamingAndPlainJvm_run_answerLikeTheModel() throws Exception {
    Dataset<Row> digits = TestSpark.digits(Split.TRAIN, 100);
    NeuralNetworkClassificationModel model =
        new NeuralNetworkClassifier().setLayers(784, 10).setMaxEpochs(1).fit(digits);
    model.save(path("model"));
    digits.write().parquet(path("in"));

    assertTrue(
        StreamingExample.run(
            TestSpark.session(), path("model"), digits.schema(), path("in"), path("out")));

    assertEquals(
        model.transform(digits).select("row", "prediction").sort("row").collectAsList(),
        TestSpark.session().read().parquet(path("out")).sort("row").collectAsList());
    Row first = model.transform(digits).first();
    assertArrayEquals(
        first.<Vector>getAs("probability").toArray(),
        PlainJvmExample.run(folder.resolve("model").toString(), first.<byte[]>getAs("features")));
  }

  static List<String> examples() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith("Example.java"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void pages_showTheMarkedPartOfEachExample(String name) throws IOException {
    ShownPart.of(SOURCES.resolve(name)).assertShown("java");
  }
}
