package io.lockstep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.lockstep.base.Version;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same bits whatever the JVM and the CPU: JVMs of their own with other settings train to the
 * weights in {@code bits.properties}, which hold on every machine. A change of the arithmetic is a
 * change of that file: a failing test prints the line that it got.
 */
@Execution(ExecutionMode.CONCURRENT)
class BitsIT {
  private static final long LIMIT_SECONDS = 300;

  /**
   * The networks of the shipped runs that differ in kind, one that strides, pads and averages, and
   * one of everything else.
   */
  private static final List<String> NETWORKS =
      List.of("cnn", "mlp", "softmax", "strided", "branched");

  private static final String BRANCHED =
      """
      data.augment {
        shift = 2, rotate = 10, scale = 0.1, shear = 0.1, elastic { sigma = 4, strength = 20 }
      }
      network {
        input = [1, 28, 28]
        layers = [
          {conv2d {filters = 5, kernel = 5, stride = 2}}, batchNorm2d, {leakyRelu {slope = 0.1}}
          {dropout {rate = 0.1}}
          {residual {layers = [{conv2d {filters = 5, kernel = 3, padding = 1}}, batchNorm2d, tanh]}}
          {concat {branches = [
            [], [{conv2d {filters = 3, kernel = 1}}, sigmoid], [{maxPool2d {kernel = 3, stride = 1,
            padding = 1}}, {residual {layers = [relu]}}]
          ]}}
          {maxPool2d {kernel = 3}}, globalAvgPool2d, flatten
          {dense {units = 21}}, batchNorm1d, relu, {dropout {rate = 0.3}}, {dense {units = 10}}
        ]
      }
      training {
        batchSize = 50, clipNorm = 1, labelSmoothing = 0.1, averageWeights = 0.9
        optimizer { adamw { learningRate = 0.005 } }
      }
      """;

  private static final String STRIDED =
      """
      network {
        input = [1, 28, 28]
        layers = [
          {conv2d {filters = 6, kernel = 5, stride = 2, padding = 2}}, relu
          {avgPool2d {kernel = 3, stride = 1, padding = 1}}
          {conv2d {filters = 7, kernel = 3, stride = 3, padding = 1}}
          {maxPool2d {kernel = 3, stride = 2, padding = 1}}, relu
          flatten, {dense {units = 13}}, relu, {dense {units = 10}}
        ]
      }
      training { batchSize = 50, optimizer { sgd { learningRate = 0.05, momentum = 0.9 } } }
      """;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"128", "256", "512"})
  void weights_vectorsOfAnyLength_areTheGoldenOnes(String bits) throws Exception {
    assumeTrue(
        Integer.parseInt(bits) <= 8 * Integer.parseInt(flag("MaxVectorSize")),
        "skipped: the CPU has no vectors of " + bits + " bits");

    assertGolden(300, "vectors", Map.of(), "-Dlockstep.vectors=" + bits);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "3"})
  void weights_anyInstructionSet_areTheGoldenOnes(String level) throws Exception {
    assumeTrue(
        System.getProperty("os.arch").matches("amd64|x86_64")
            && Integer.parseInt(level) <= Integer.parseInt(flag("UseAVX")),
        "skipped: the CPU has no AVX level " + level);

    assertGolden(300, "vectors", Map.of(), "-XX:UseAVX=" + level);
  }

  @ParameterizedTest
  @CsvSource({"Haswell", "SkylakeX", "Sandybridge"})
  void weights_anyKernelsOfOpenBlas_areTheGoldenOnes(String coreType) throws Exception {
    assertGolden(300, "vectors", Map.of("OPENBLAS_CORETYPE", coreType));
  }

  @Test
  void weights_plainJava_areTheGoldenOnes() throws Exception {
    assertGolden(30, "any", Map.of(), "-Dlockstep.vectors=plain");
  }

  @Test
  void weights_withoutTheOptimisingCompiler_areTheGoldenOnes() throws Exception {
    assertGolden(30, "any", Map.of(), "-XX:TieredStopAtLevel=1");
  }

  @Test
  void weights_interpreted_areTheGoldenOnes() throws Exception {
    assertGolden(2, "any", Map.of(), "-Xint");
  }

  @Test
  void weights_ofEveryShippedRun_areTheGoldenOnes() throws Exception {
    List<String> runs = new ArrayList<>();
    try (var files = Files.list(Path.of("conf"))) {
      files
          .filter(file -> file.toString().endsWith(".conf"))
          .filter(file -> !file.endsWith("spark-defaults.conf"))
          .sorted()
          .forEach(file -> runs.add(name(file) + "=" + file));
    }

    assertTrue(runs.size() >= 6, runs.toString());
    assertGolden(60, "vectors", Map.of(), runs);
  }

  @Test
  void train_withoutFusedMultiplyAdds_isRefusedInOneLine() throws Exception {
    assumeTrue(System.getProperty("os.arch").matches("amd64|x86_64"), "skipped: no such flag here");
    Path log = folder.resolve("log");
    Process process =
        start(
            log,
            Map.of(),
            List.of("-XX:-UseFMA"),
            List.of("io.lockstep.cli.Main", "train", "--data", "digits", "--max-steps", "1"));

    assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS));
    assertEquals(
        "lockstep: lockstep needs fused multiply-adds, but UseFMA is false in this JVM: the CPU has"
            + " none (AVX2 or NEON brings them), or a flag such as -XX:UseAVX=0 or -XX:-UseFMA turned"
            + " them off.",
        Files.readAllLines(log).stream()
            .filter(line -> !line.startsWith("WARNING: Using incubator"))
            .collect(Collectors.joining("\n")));
    assertEquals(2, process.exitValue());
  }

  private static String flag(String name) {
    return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .getVMOption(name)
        .getValue();
  }

  private static String name(Path conf) {
    return conf.getFileName().toString().replace(".conf", "");
  }

  private void assertGolden(
      int steps, String kernels, Map<String, String> environment, String... options)
      throws Exception {
    Map<String, Path> own =
        Map.of(
            "strided", Files.writeString(folder.resolve("strided.conf"), STRIDED),
            "branched", Files.writeString(folder.resolve("branched.conf"), BRANCHED));
    List<String> runs =
        NETWORKS.stream()
            .map(n -> n + "=" + own.getOrDefault(n, Path.of("conf", n + ".conf")))
            .toList();
    assertGolden(steps, kernels, environment, runs, options);
  }

  private void assertGolden(
      int steps,
      String kernels,
      Map<String, String> environment,
      List<String> runs,
      String... options)
      throws Exception {
    Path log = folder.resolve("log");
    List<String> arguments = new ArrayList<>(List.of("io.lockstep.BitsMain", "" + steps, kernels));
    arguments.addAll(runs);
    Process process = start(log, environment, Arrays.asList(options), arguments);

    assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), Files.readString(log));
    Properties golden = new Properties();
    try (InputStream in = BitsIT.class.getResourceAsStream("bits.properties")) {
      golden.load(in);
    }
    Map<String, String> expected = new TreeMap<>();
    Map<String, String> actual = new TreeMap<>();
    for (String run : runs) {
      String key = run.substring(0, run.indexOf('=')) + "." + steps;
      expected.put(key, golden.getProperty(key));
    }
    for (String line : Files.readAllLines(log)) {
      String[] words = line.split(" ", -1);
      if (words.length == 2 && words[1].length() == 64) {
        actual.put(words[0] + "." + steps, words[1]);
      }
    }
    assertEquals(
        expected,
        actual,
        () ->
            "If this is meant, raise Version.ARITHMETIC ("
                + Version.ARITHMETIC
                + ") and arithmetic in bits.properties, whose lines are then those here. "
                + contents(log));
  }

  private static String contents(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return log + " can't be read: " + e.getMessage();
    }
  }

  private static Process start(
      Path log, Map<String, String> environment, List<String> options, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-modules=jdk.incubator.vector");
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }
}
