package io.lockstep.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.Scalac;
import io.lockstep.TestSpark;
import io.lockstep.data.Split;
import io.lockstep.model.NeuralNetworkClassificationModel;
import io.lockstep.model.NeuralNetworkClassifier;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples in Scala: compiled, run, and shown. */
@Tag("spark")
class ScalaExamplesTest {
  private static final Path SOURCES = Path.of("src", "test", "resources", "scala");

  @TempDir private static Path classes;
  @TempDir private Path folder;

  @BeforeAll
  static void compile() throws IOException {
    Scalac.compile(sources().stream().map(SOURCES::resolve).toList(), classes);
  }

  static List<String> sources() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Runs an example on its arguments, of which the first are DataFrames. */
  private static Object run(String example, Class<?>[] types, Object... arguments)
      throws Exception {
    URL[] path = {classes.toUri().toURL()};
    try (URLClassLoader loader =
        new URLClassLoader(path, ScalaExamplesTest.class.getClassLoader())) {
      return loader
          .loadClass("io.lockstep.examples.scala." + example)
          .getMethod("run", types)
          .invoke(null, arguments);
    }
  }

  private static Dataset<Row> named(Dataset<Row> digits) {
    return digits
        .withColumn("name", functions.concat(functions.lit("digit "), functions.col("label")))
        .drop("label");
  }

  @Test
  void quickExample_run_reachesWhatJavaReaches() throws Exception {
    Dataset<Row> train = TestSpark.digits(Split.TRAIN, 300);
    Dataset<Row> test = TestSpark.digits(Split.TEST, 200);

    Object accuracy =
        run("QuickExample", new Class<?>[] {Dataset.class, Dataset.class}, train, test);

    assertEquals(QuickExample.run(train, test), accuracy);
    assertTrue((double) accuracy > 0.3, () -> "accuracy " + accuracy);
  }

  @Test
  void pipeline_run_reachesWhatJavaReaches() throws Exception {
    Dataset<Row> train = named(TestSpark.digits(Split.TRAIN, 300));
    Dataset<Row> test = named(TestSpark.digits(Split.TEST, 200));
    Class<?>[] types = {Dataset.class, Dataset.class, String.class};

    Object accuracy =
        run("PipelineExample", types, train, test, folder.resolve("scala").toUri().toString());

    assertEquals(
        PipelineExample.run(train, test, folder.resolve("java").toUri().toString()), accuracy);
  }

  @Test
  void crossValidation_run_picksTheBetterRate() throws Exception {
    Dataset<Row> digits = TestSpark.digits(Split.TRAIN, 150);

    NeuralNetworkClassificationModel best =
        (NeuralNetworkClassificationModel)
            run("CrossValidationExample", new Class<?>[] {Dataset.class}, digits);

    assertEquals(0.05, ((NeuralNetworkClassifier) best.parent()).getLearningRate());
  }

  @ParameterizedTest
  @MethodSource("sources")
  void pages_showTheMarkedPartOfEachSource(String name) throws IOException {
    ShownPart.of(SOURCES.resolve(name)).assertShown("scala");
  }
}
