package io.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.lockstep.DigitFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaselineCommandIT {
  @TempDir private Path folder;

  @Test
  void baseline_fewDigits_trainsBothOnTheSameRowsAndLeavesTheirMetrics() throws IOException {
    Path out = folder.resolve("baseline");

    CommandRun run =
        CommandRun.of(
            ("baseline --data "
                    + DigitFiles.write(folder.resolve("data"), 2100, 300)
                    + " --master local[2] --iterations 2,12 --hidden 20"
                    + " --set data.trainRows=2100 --set data.validationRows=100"
                    + " --set training.epochs=3 --set training.batchSize=20 --seconds 0 --out "
                    + out)
                .split(" "));

    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().contains("rows    2,000 training, 300 test"), run.out());
    assertTrue(run.out().contains("mllib   JNIBLAS of OpenBLAS"), run.out());
    assertTrue(
        run.out().lines().anyMatch(line -> line.matches("time to 0[.]\\d{4}: MLlib .*")),
        run.out());
    assertTrue(
        run.out()
            .lines()
            .anyMatch(
                line ->
                    line.matches(
                        "scoring 16,000 rows with layers \\[784, 20, 10\\]: MLlib [0-9,]+ rows/s"
                            + " from bytes, [0-9,]+ from vectors; lockstep [0-9,]+ rows/s from"
                            + " bytes, ratio [0-9.]+")),
        run.out());

    List<String> table = Files.readAllLines(out.resolve("baseline.csv"));
    assertEquals("system,after,seconds,test_accuracy,test_loss", table.get(0));
    assertEquals(
        List.of("lockstep,1", "lockstep,2", "lockstep,3", "mllib,2", "mllib,12"),
        table.stream()
            .skip(1)
            .map(line -> line.split(",", -1)[0] + "," + line.split(",", -1)[1])
            .toList());
    assertTrue(accuracy(table.get(3)) > 0.4, "lockstep learnt: " + table);
    assertTrue(accuracy(table.get(5)) > 0.4, "MLlib learnt: " + table);
    assertTrue(accuracy(table.get(5)) < 0.99, "12 iterations on 2,000 rows can't do that");

    Config metrics = ConfigFactory.parseFile(out.resolve("mllib-12/metrics.json").toFile());
    assertEquals(accuracy(table.get(5)), metrics.getDouble("test_accuracy"));
    assertEquals(300, metrics.getInt("test_rows"));
    assertEquals(10, metrics.getList("classes").size());
    assertEquals(10, metrics.getList("confusion").size());
    assertEquals(List.of(784, 20, 10), metrics.getIntList("layers"));
    assertEquals(12, metrics.getInt("iterations"));
    assertTrue(metrics.getDouble("seconds_training") > 0);
    assertTrue(metrics.getDouble("test_loss") < Math.log(10), "better than a guess");
    assertTrue(Files.exists(out.resolve("mllib-2/metrics.json")));
    List<String> scoring = Files.readAllLines(out.resolve("scoring.csv"));
    assertEquals("system,input,rows,rows_per_second", scoring.get(0));
    assertEquals(
        List.of("mllib,bytes,16000", "mllib,vectors,16000", "lockstep,bytes,16000"),
        scoring.stream().skip(1).map(line -> line.substring(0, line.lastIndexOf(','))).toList());
  }

  private static double accuracy(String line) {
    return Double.parseDouble(line.split(",", -1)[3]);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "baseline --iterations 20,0 | --iterations must be >= 1, but was 0",
        "baseline --hidden 0 | --hidden must be >= 1, but was 0",
        "baseline --seconds -1 | --seconds must be >= 0, but was -1",
        "baseline --solver adam | --solver must be one of [l-bfgs, gd], but was adam",
        "baseline --set training.epochs=0 | training.epochs must be >= 1, but was 0",
        "baseline --data table | --data must be images for the baseline, but is a generated table."
            + " Use auto, digits or a folder of IDX files.",
        "baseline none.conf | Run file none.conf is not a file. The folder conf/ has some to start"
            + " from.",
        "baseline --out src | Output src must be new, but it exists. Choose another or remove it.",
      })
  void baseline_badArgument_saysSoAndReturns2(String command, String message) {
    CommandRun run = CommandRun.of(command.split(" "));

    assertEquals("lockstep: " + message + System.lineSeparator(), run.err());
    assertEquals(Main.USAGE, run.exitCode());
  }
}
