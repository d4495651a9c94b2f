package io.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.lockstep.TestSpark;
import io.lockstep.base.WholeFiles;
import io.lockstep.data.Split;
import io.lockstep.data.spark.Tables;
import io.lockstep.notebook.Jupyter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands inside this JVM: what {@code SubmitIT} runs as processes, where coverage counts. */
class MainIT {
  private static final String OWN_RUN =
      """
      name = own
      data.trainRows = 1000
      network { input = [1, 28, 28], layers = [
        {concat {branches = [[flatten], [tanh, flatten]]}}, {dense {units = 10}}
      ] }
      training.epochs = 2
      """;

  @TempDir private Path folder;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream originalErr = System.err;

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void stopListening() {
    System.setErr(originalErr);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void trainThenEvaluate_onDigits_agreeOnTheTestRows() {
    Path run = folder.resolve("run");

    int trained =
        Main.execute(
            "train",
            "conf/softmax.conf",
            "--data",
            "digits",
            "--max-steps",
            "40",
            "--master",
            "local[2]",
            "--set",
            "data.trainRows=5000",
            "--set",
            "training.optimizer.sgd.learningRate=0.2",
            "--set",
            "data.validationRows=100",
            "--out",
            run.toString());
    int evaluated =
        Main.execute(
            "evaluate", "--model", run.toString(), "--data", "digits", "--master", "local[2]");

    assertEquals(0, trained, said());
    assertEquals(0, evaluated, said());
    Config metrics = ConfigFactory.parseFile(run.resolve("metrics.json").toFile());
    Config again = ConfigFactory.parseFile(run.resolve("evaluation/metrics.json").toFile());
    assertEquals(metrics.getList("confusion"), again.getList("confusion"));
    assertTwiceTheModelAnswersAsOnce(run, again);
    assertEquals(metrics.getString("weights_sha256"), again.getString("weights_sha256"));
    assertTrue(Files.exists(run.resolve("evaluation/confusion.csv")));
    assertTrue(metrics.getDouble("test_accuracy") > 0.3, "better than a guess");
    assertTrue(metrics.getDouble("test_accuracy") < 0.9, "40 steps can't do that");
  }

  @Test
  void train_table_isSaidByTheRunFileAlone() {
    Path run = folder.resolve("run");
    String[] train = {"train", "conf/table.conf", "--out", run.toString(), "--master", "local[2]"};

    assertEquals(0, Main.execute(train), said());

    Config metrics = ConfigFactory.parseFile(run.resolve("metrics.json").toFile());
    assertTrue(metrics.getDouble("test_accuracy") > 0.85, metrics.toString());
    Config resolved = ConfigFactory.parseFile(run.resolve("run.conf").toFile());
    assertEquals("table", resolved.getString("data.source"));
    assertEquals(0, evaluate(run, "--data", "table"), said());
    Config again = ConfigFactory.parseFile(run.resolve("evaluation/metrics.json").toFile());
    assertEquals(metrics.getList("confusion"), again.getList("confusion"));
  }

  @Test
  void train_parquetOfNumericColumns_isATable() {
    SparkSession spark = TestSpark.session();
    for (Split split : List.of(Split.TRAIN, Split.TEST)) {
      Tables.generated(spark, split)
          .limit(200)
          .write()
          .parquet(folder.resolve(split + ".parquet").toString());
    }
    Path run = folder.resolve("run");
    List<String> train =
        List.of("train", "conf/table.conf", "--out", run.toString(), "--master", "local[2]");
    List<String> settings =
        List.of("--data", folder.toString(), "--set", "data.validationRows=50", "--max-steps", "3");

    assertEquals(0, execute(train, settings), said());
    assertEquals(2, execute(train, List.of("--data", folder + "/train.parquet")), said());
    Config resolved = ConfigFactory.parseFile(run.resolve("run.conf").toFile());
    assertEquals(folder.toString(), resolved.getString("data.source"));
    assertEquals(0, evaluate(run, "--input", folder.resolve("test.parquet").toString()), said());
  }

  private int execute(List<String> command, List<String> more) {
    return Main.execute(Stream.concat(command.stream(), more.stream()).toArray(String[]::new));
  }

  private int evaluate(Path run, String... rows) {
    return execute(
        List.of("evaluate", "--model", run.toString(), "--master", "local[2]"), List.of(rows));
  }

  @Test
  void compare_aRunAndARunFile_trainsTheFileAndWritesOneTable() throws IOException {
    assertEquals(0, train("conf/softmax.conf", "--max-steps", "3"), said());
    Path own = Files.writeString(folder.resolve("own.conf"), OWN_RUN);
    Path out = folder.resolve("comparison");

    int compared =
        Main.execute(
            "compare",
            folder.resolve("run").toString(),
            own.toString(),
            "--data",
            "digits",
            "--set",
            "training.batchSize=500",
            "--master",
            "local[2]",
            "--out",
            out.toString());

    assertEquals(0, compared, said());
    List<String> table = Files.readAllLines(out.resolve("comparison.csv"));
    assertEquals(3, table.size(), () -> "" + table);
    assertTrue(table.get(1).startsWith("\"softmax\",7850,"), table.get(1));
    assertTrue(table.get(2).startsWith("\"own\",15690,"), table.get(2));
    assertEquals(2, table.get(0).split("epoch_", -1).length - 1, "own has two epochs");
    Config ofOwn = ConfigFactory.parseFile(out.resolve("own/run.conf").toFile());
    assertEquals(500, ofOwn.getInt("training.batchSize"));
    Config provenance = ConfigFactory.parseFile(out.resolve("own/model/provenance.conf").toFile());
    assertEquals(ofOwn.getConfig("provenance"), provenance.getConfig("provenance"));
    assertEquals(
        ConfigFactory.parseFile(out.resolve("own/metrics.json").toFile()),
        provenance.getConfig("metrics"));
    String page = Files.readString(out.resolve("compare.html"));
    assertTrue(page.contains("<h1>2 runs compared: "), page);
    assertTrue(page.contains("./own/report.html"), page);
    assertTrue(Files.exists(out.resolve("figures/accuracy-seconds.svg")));

    assertEquals(2, Main.execute("compare", own.toString(), "--out", out.toString()));
    assertTrue(said().contains("comparison"), said());
  }

  @Test
  void notebookInPython_onATrainedRun_showsItsFolder() throws Exception {
    Optional<Jupyter> jupyter = Jupyter.find();
    assumeTrue(jupyter.isPresent(), "skipped: no jupyter on PATH or at LOCKSTEP_JUPYTER");
    assertEquals(0, train("conf/softmax.conf", "--max-steps", "3"), said());

    Config shown =
        jupyter
            .get()
            .execute(
                Path.of("notebooks", "jupyter", "6-read-a-run.ipynb"),
                Map.of("LOCKSTEP_RUN", folder.resolve("run").toString()),
                folder);

    String outputs =
        shown.getConfigList("cells").stream()
            .filter(cell -> cell.hasPath("outputs"))
            .map(cell -> cell.getList("outputs").render())
            .collect(Collectors.joining());
    assertTrue(outputs.contains("run: test accuracy 0."), outputs);
    assertTrue(outputs.contains("after 3 steps"), outputs);
    assertEquals(4, outputs.split("\"image/png\"", -1).length - 1, "pictures");
  }

  @Test
  void compare_twoRunFilesOfOneName_isRefusedBeforeAnyIsTrained() throws IOException {
    Path own = Files.writeString(folder.resolve("own.conf"), OWN_RUN);
    Path other = Files.writeString(folder.resolve("other.conf"), OWN_RUN);
    Path out = folder.resolve("comparison");

    int compared =
        Main.execute("compare", own.toString(), other.toString(), "--out", out.toString());

    assertEquals(2, compared);
    assertTrue(said().contains("must have names of their own"), said());
    assertTrue(Files.notExists(out));
  }

  private int train(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("train", "--data", "digits", "--master", "local[2]", "--out"));
    arguments.add(folder.resolve("run").toString());
    arguments.addAll(List.of(more));
    return Main.execute(arguments.toArray(String[]::new));
  }

  private void assertTwiceTheModelAnswersAsOnce(Path run, Config once) {
    String[] twice = {
      "evaluate",
      "--model",
      "" + run,
      "--model",
      "" + run,
      "--data",
      "digits",
      "--master",
      "local[2]"
    };
    Path both = folder.resolve("both");

    assertEquals(2, Main.execute(twice));
    String wish = "--out must be given with more than one --model";
    assertTrue(said().contains(wish), said());
    String[] somewhere = Arrays.copyOf(twice, twice.length + 2);
    somewhere[twice.length] = "--out";
    somewhere[twice.length + 1] = "" + both;
    assertEquals(0, Main.execute(somewhere), said());
    Config metrics = ConfigFactory.parseFile(both.resolve("metrics.json").toFile());
    assertEquals(once.getList("confusion"), metrics.getList("confusion"));
    assertEquals(once.getDouble("test_loss"), metrics.getDouble("test_loss"), 1e-9);
    String sum = once.getString("weights_sha256");
    assertEquals(List.of(sum, sum), metrics.getStringList("weights_sha256"));
  }

  @Test
  void resume_ofARunThatLostItsEnd_writesTheSameEnd() throws IOException {
    Path run = folder.resolve("run");
    int trained =
        train(
            "conf/softmax.conf",
            "--max-steps",
            "30",
            "--set",
            "data.trainRows=5000",
            "--set",
            "checkpoints.everySteps=8");
    assertEquals(0, trained, said());
    Config metrics = ConfigFactory.parseFile(run.resolve("metrics.json").toFile());
    List<String> epochs = Files.readAllLines(run.resolve("epochs.csv"));
    Files.delete(run.resolve("metrics.json"));
    Files.delete(run.resolve("checkpoints").resolve("step-000000030.safetensors"));

    assertEquals(0, train("--resume"), said());

    Config again = ConfigFactory.parseFile(run.resolve("metrics.json").toFile());
    assertEquals(metrics.getString("weights_sha256"), again.getString("weights_sha256"));
    assertEquals(metrics.getList("confusion"), again.getList("confusion"));
    assertEquals(31, Files.readAllLines(run.resolve("history.csv")).size());
    assertEquals(
        epochs.stream().map(MainIT::withoutSeconds).toList(),
        Files.readAllLines(run.resolve("epochs.csv")).stream()
            .map(MainIT::withoutSeconds)
            .toList());

    Files.delete(run.resolve("metrics.json"));
    Path newest = run.resolve("checkpoints").resolve("step-000000030.safetensors");
    assertEquals(Main.USAGE, train("--resume", "--max-steps", "31"));
    assertEquals(
        String.format(
            "lockstep: %s is of another run: maxSteps is 30 there, 31 here. Resume with the settings"
                + " it was started with, or start a new run without --resume.%n",
            newest),
        said());
    err.reset();
    assertEquals(Main.USAGE, train("--resume", "--set", "training.batchSize=128"));
    assertEquals(
        String.format(
            "lockstep: %s is of another run: training.batchSize is 256 there, 128 here. Resume with"
                + " the settings it was started with, or start a new run without --resume.%n",
            newest),
        said());
    err.reset();
    assertEquals(
        Main.USAGE, train("--resume", "--set", "network.layers=[flatten,{dense{units=10}},relu]"));
    assertTrue(said().contains(" is of another run: network.layers is "), said());
    err.reset();
    WholeFiles.deleteFolder(run.resolve("checkpoints"));
    assertEquals(Main.USAGE, train("--resume"));
    assertEquals(
        String.format(
            "lockstep: Nothing to resume: there is no checkpoint in %s. Start a new run without"
                + " --resume.%n",
            run.resolve("checkpoints")),
        said());
  }

  @Test
  void resume_ofAdamAndAveragedWeights_endsWithTheSameBits() throws IOException {
    Path run = folder.resolve("run");
    int trained =
        train(
            "conf/softmax.conf",
            "--max-steps",
            "20",
            "--set",
            "data.trainRows=5000",
            "--set",
            "checkpoints.everySteps=8",
            "--set",
            "training.optimizer={adam{}}",
            "--set",
            "training.schedule={warmup{steps=5,then{cosine{}}}}",
            "--set",
            "training.clipNorm=0.5",
            "--set",
            "training.labelSmoothing=0.1",
            "--set",
            "training.averageWeights=0.9");
    assertEquals(0, trained, said());
    Config metrics = ConfigFactory.parseFile(run.resolve("metrics.json").toFile());
    Files.delete(run.resolve("metrics.json"));
    Path newest = run.resolve("checkpoints").resolve("step-000000016.safetensors");
    Files.delete(run.resolve("checkpoints").resolve("step-000000020.safetensors"));

    assertEquals(Main.USAGE, train("--resume", "--set", "training.averageWeights=0.5"));
    assertEquals(
        String.format(
            "lockstep: %s is of another run: training.averageWeights is 0.9 there, 0.5 here. Resume"
                + " with the settings it was started with, or start a new run without --resume.%n",
            newest),
        said());
    assertEquals(0, train("--resume"), said());

    Config again = ConfigFactory.parseFile(run.resolve("metrics.json").toFile());
    assertEquals(metrics.getString("weights_sha256"), again.getString("weights_sha256"));
    assertEquals(metrics.getDouble("test_loss"), again.getDouble("test_loss"));
  }

  @Test
  void train_scheduleLongerThanTheRun_isRefusedBeforeAnythingIsWritten() {
    int exitCode =
        train(
            "conf/softmax.conf",
            "--set",
            "data.trainRows=512",
            "--set",
            "training.schedule={warmup{steps=21}}");

    assertEquals(Main.USAGE, exitCode);
    assertTrue(
        said()
            .endsWith(
                String.format(
                    "lockstep: training.schedule.warmup.steps must be at most the 20 steps there"
                        + " are, but was 21. Warm up for fewer, or train for more epochs or in"
                        + " smaller batches.%n")),
        said());
    assertTrue(Files.notExists(folder.resolve("run")), "nothing is written");
  }

  private static String withoutSeconds(String row) {
    return row.substring(0, row.lastIndexOf(','));
  }

  @Test
  void train_checkpointFolderOfAnotherRun_isRefused() throws IOException {
    Path taken = Files.createDirectory(folder.resolve("taken"));
    Files.writeString(taken.resolve("step-000000001.safetensors"), "");

    assertEquals(Main.USAGE, train("--set", "checkpoints.folder=\"" + taken + "\""));

    assertEquals(
        String.format(
            "lockstep: checkpoints.folder must have none of another run, but %s has. Choose another,"
                + " or go on with that run: --resume.%n",
            taken),
        said());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train --resume --out none | Nothing to resume: none is not a run's folder, it has no"
            + " run.conf. Name one with --out, or start a new run without --resume.",
        "train --workers 8 | workers must be at most the 4 shards, each holds whole ones, but was 8."
            + " Use --workers 4, or --set training.shards=8 (which changes the last bits).",
        "train --workers 0 | --workers must be >= 1, but was 0",
        "train --max-steps 0 | --max-steps must be >= 1, but was 0",
        "train --sync ring | sync must be one of [auto, barrier, job], but was ring",
        "train --tensorboard pom.xml/events --out none | TensorBoard's folder pom.xml/events/none"
            + " can't be written: PWD/pom.xml is not a folder. Choose another --tensorboard.",
        "train --init-weights none | Weights file none does not exist.",
        "evaluate --model none | Model folder none must hold network.conf and weights.safetensors,"
            + " but has no network.conf. Name a run's folder, its model folder, or a saved model (of a"
            + " saved pipeline, the folder of its stage).",
        "bench --with none | --with must come with --study. Add that, or leave it out.",
        "bench --study --link 1 | --link must come with --master, whose hosts it is of. Add that, or"
            + " leave it out.",
        "bench --study --workers 2,16 | --workers must be at most 8, the shards of each point, but"
            + " was 16",
        "bench --study --conf spark.task.cpus=2 | --conf must leave spark.task.cpus at 1, a study's"
            + " workers have one core each, but was 2",
        "bench --study --points many | --points must be small or full, but was many",
        "bench --study --with none | none must be a table of points, but is no file. Name the"
            + " study.csv of a study.",
        "bench --epochs 1 | --epochs must be >= 2, but was 1",
        "bench --study --epochs 3 | --epochs must be left out with --study, which counts steps, but was"
            + " 3",
      })
  void command_badArgument_saysSoAndReturns2(String command, String message) {
    int exitCode = Main.execute(command.split(" "));

    String expected = message.replace("PWD", Path.of("").toAbsolutePath().toString());
    assertEquals("lockstep: " + expected + System.lineSeparator(), said());
    assertEquals(Main.USAGE, exitCode);
  }

  @Test
  void command_unknownOption_pointsToItsHelp() {
    int exitCode = Main.execute("train", "--nope");

    assertEquals(
        String.format("lockstep: Unknown option: '--nope'%nTry submit/train.sh --help.%n"), said());
    assertEquals(Main.USAGE, exitCode);
  }

  @Test
  void main_withoutACommand_asksForOne() {
    int exitCode = Main.execute();

    assertEquals(String.format("lockstep: Which command?%nTry lockstep --help.%n"), said());
    assertEquals(Main.USAGE, exitCode);
  }

  @Test
  void train_moreWorkersThanSlotsInBarrierMode_isRefusedBeforeAnythingIsWritten() {
    Path out = folder.resolve("none");

    int exitCode =
        Main.execute(
            "train",
            "--data",
            "digits",
            "--master",
            "local[2]",
            "--workers",
            "4",
            "--sync",
            "barrier",
            "--out",
            out.toString());

    assertEquals(Main.USAGE, exitCode);
    assertTrue(
        said()
            .endsWith(
                String.format(
                    "lockstep: sync = barrier can't run: 4 workers need 4 slots at once, and there"
                        + " are 2. Use --sync job, or fewer workers, or more executor cores.%n")),
        said());
    assertTrue(Files.notExists(out), "nothing is written");
  }
}
