package io.lockstep.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lockstep.Written;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Params;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Python and Spark Connect need to find the stages. */
class PythonTest {
  private static final Path SOURCES = Path.of("src", "main", "python");
  private static final Path PARAMS = SOURCES.resolve("lockstep/params.py");

  @Test
  void params_ofPython_areThoseOfJava() throws IOException {
    new Written(PARAMS, PythonTest.class).assertWhole(PythonParams.module());
  }

  static List<Params> stages() {
    return List.of(new NeuralNetworkClassifier(), new NeuralNetworkClassificationModel());
  }

  @ParameterizedTest
  @MethodSource("stages")
  void params_ofPython_haveTheNamesAndDocsThatExplainParamsShows(Params stage) throws IOException {
    String module = Files.readString(PARAMS).replaceAll("\"\\n +\"", "");
    for (String explained : stage.explainParams().split("\n", -1)) {
      String name = explained.substring(0, explained.indexOf(':'));
      String doc = explained.substring(name.length() + 2, explained.lastIndexOf(" ("));
      assertTrue(
          module.contains(String.format("        \"%s\",%n        \"%s\",%n", name, doc)),
          () -> "Python has no such param: " + explained);
    }
  }

  /** With a stand-in for PySpark: names, keyword arguments and the module that Spark looks in. */
  @Test
  void package_importedByPython_makesStages() throws Exception {
    assumeTrue(hasPython(), "skipped: no python3 here");
    Process python =
        new ProcessBuilder("python3", "-B", "src/test/python/stages.py")
            .redirectErrorStream(true)
            .start();
    String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertEquals(0, python.waitFor(), said);
    assertEquals("ok\n", said.replace(System.lineSeparator(), "\n"));
  }

  private static boolean hasPython() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "python3")));
  }

  @Test
  void serviceLoader_ofSparkConnect_findsBothStages() {
    assertTrue(found(Estimator.class).contains(NeuralNetworkClassifier.class));
    assertTrue(found(Transformer.class).contains(NeuralNetworkClassificationModel.class));
  }

  private static List<Class<?>> found(Class<?> service) {
    return ServiceLoader.load(service).stream()
        .<Class<?>>map(ServiceLoader.Provider::type)
        .filter(type -> type.getName().startsWith("io.lockstep"))
        .collect(Collectors.toList());
  }

  @Test
  void model_madeByTheLoader_saysWhereModelsComeFrom() {
    NeuralNetworkClassificationModel model = new NeuralNetworkClassificationModel();

    assertFalse(model.hasSummary());
    IllegalStateException e = assertThrows(IllegalStateException.class, model::numClasses);
    assertEquals(
        "This model has no network: its constructor without arguments is for Spark's loader. Use"
            + " NeuralNetworkClassifier.fit or NeuralNetworkClassificationModel.load.",
        e.getMessage());
  }
}
