package io.lockstep.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.InvalidInputException;
import io.lockstep.distributed.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudyTableTest {
  private static final StudyPoint POINT =
      new StudyPoint(2, 2, 2, 0.1, Topology.SLICES, 1000, 6000, 64, 8, 0.00125);

  @TempDir private Path folder;

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("study.csv"), text);
  }

  @Test
  void read_pointsOfAStudy_areThoseThatWereMeasured() throws IOException {
    assertEquals(List.of(POINT), StudyTable.read(write(StudyTable.unfitted(List.of(POINT)))));

    Study study = Study.of(StudyPoints.ofAllKinds(0));
    List<StudyPoint> read = StudyTable.read(write(StudyTable.of(study)));

    assertEquals(study.points().size(), read.size());
    assertEquals(study.points().get(5).seconds(), read.get(5).seconds(), 1e-9);
  }

  @Test
  void of_study_tellsWhichPointsTheModelHasNotSeen() {
    List<String> lines = StudyTable.of(Study.of(StudyPoints.ofAllKinds(0))).lines().toList();

    assertEquals(
        "workers,executors,cores,link_gbits,exchange,weights,flops_per_image,batch,shards,"
            + "seconds_per_step,held_out,predicted_seconds,error",
        lines.get(0));
    assertTrue(lines.get(1).matches("1,0,2,0.0,driver,10000,60000,64,8,.*,no,.*"), lines.get(1));
    assertTrue(lines.get(3).matches("1,0,2,0.0,driver,10000,60000,1024,8,.*,yes,.*"), lines.get(3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2,2,2,0.1,ring,1000,6000,64,8,0.1,,, | line 2: distributed.exchange must be one of [auto,"
            + " driver, slices, peers], but was ring. Correct or remove that line.",
        "2,1,2,0.1,slices,1000,6000,64,8,0.1,,, | line 2: executors must be 0 or the workers, but"
            + " was 1. Correct or remove that line.",
        "2,2,2,0.1,slices,1000,6000,64,8,NaN,,, | line 2: seconds_per_step must be > 0 and finite,"
            + " but was NaN. Correct or remove that line.",
        "x,2,2,0.1,slices,1000,6000,64,8,0.1,,, | workers of line 2 must be a number, but was"
            + " \"x\".",
        "2,2,2 | line 2 must have 13 cells, but has 3.",
      })
  void read_damagedLine_isNamed(String line, String defect) throws IOException {
    Path file = write(StudyTable.unfitted(List.of()) + line + "\n");

    assertEquals(file + " is damaged: " + defect, refusal(file));
  }

  @Test
  void read_fileThatIsCutOff_saysBehindWhichLine() throws IOException {
    String whole = StudyTable.unfitted(List.of(POINT, POINT));
    Path file = write(whole.substring(0, whole.length() - 5));

    assertEquals(
        file
            + " is damaged: its last line, after 2, must have an end, but is cut off. Remove that"
            + " line.",
        refusal(file));
  }

  @Test
  void read_noFile_saysWhatToName() {
    Path none = folder.resolve("none");

    assertEquals(
        none + " must be a table of points, but is no file. Name the study.csv of a study.",
        refusal(none));
  }

  private static String refusal(Path file) {
    return assertThrows(InvalidInputException.class, () -> StudyTable.read(file)).getMessage();
  }

  @Test
  void table_runThatDiverged_hasNoAccuracy() {
    assertEquals(
        """
        batch,learning_rate,epochs,steps,seconds_training,test_accuracy
        64,0.01,5,100,1.500,0.97
        4096,0.64,5,0,0.000,
        """,
        LargeBatch.table(
            List.of(
                new LargeBatch(64, 0.01, 5, 100, 1.5, OptionalDouble.of(0.97)),
                new LargeBatch(4096, 0.64, 5, 0, 0, OptionalDouble.empty()))));
  }

  @Test
  void of_weaknesses_sayHowManyPointsWereCrowdedAndWhetherLinksAreKnown() {
    List<String> without = Weaknesses.of(Study.of(StudyPoints.ofAllKinds(0)));
    List<String> with = Weaknesses.of(Study.of(StudyPoints.ofAllKinds(0.5)));

    assertTrue(
        without.get(0).startsWith("At 32 of 64 points more workers than cores"), without.get(0));
    assertTrue(without.get(1).startsWith("No point was measured over a link"), without.get(1));
    assertEquals(
        "16 points were measured over links of 0.5 to 0.5 Gbit/s; what is said of 10 Gbit/s follows"
            + " from these.",
        with.get(1));
  }
}
