package io.lockstep.data.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.TestSpark;
import io.lockstep.base.InvalidInputException;
import io.lockstep.data.Digits;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.Split;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class ImageDataSourcesTest {
  @TempDir private Path folder;

  private static void writeIdx(OutputStream raw, int[] header, byte[] body) throws IOException {
    try (DataOutputStream out = new DataOutputStream(raw)) {
      for (int number : header) {
        out.writeInt(number);
      }
      out.write(body);
    }
  }

  @Test
  void mnist_filesInAFolder_giveRowsInFileOrder() throws IOException {
    byte[] pixels = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, (byte) 255};
    writeIdx(
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("train-images-idx3-ubyte.gz"))),
        new int[] {0x803, 3, 2, 2},
        pixels);
    writeIdx(
        Files.newOutputStream(folder.resolve("train-labels-idx1-ubyte")),
        new int[] {0x801, 3},
        new byte[] {7, 0, 9});

    Dataset<Row> rows =
        TestSpark.session().read().format("mnist").option("split", "train").load(folder.toString());

    assertEquals("struct<row:bigint,label:int,features:binary>", rows.schema().catalogString());
    List<Row> collected = rows.collectAsList();
    assertEquals(3, collected.size());
    for (int i = 0; i < 3; i++) {
      assertEquals(i, collected.get(i).getLong(0));
      assertArrayEquals(
          Arrays.copyOfRange(pixels, 4 * i, 4 * i + 4), (byte[]) collected.get(i).get(2));
    }
    assertEquals(List.of(7, 0, 9), collected.stream().map(row -> row.getInt(1)).toList());
  }

  @Test
  void mnist_missingFile_isNamed() {
    Exception e =
        assertThrows(
            UncheckedIOException.class,
            () -> TestSpark.session().read().format("mnist").load(folder.toString()));

    assertEquals(
        folder + " has no train-images-idx3-ubyte (nor train-images-idx3-ubyte.gz).",
        e.getMessage());
  }

  @Test
  void mnist_unknownSplit_isRefused() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () ->
                TestSpark.session()
                    .read()
                    .format("mnist")
                    .option("split", "dev")
                    .load(folder.toString()));

    assertEquals("split must be train or test, but was dev", e.getMessage());
  }

  @Test
  void digits_asATable_areTheSameAsDrawnHere() {
    LabeledImages drawn = Digits.draw(Split.TEST, 11);

    List<Row> rows =
        TestSpark.session()
            .read()
            .format("digits")
            .option("split", "test")
            .option("rows", 11)
            .load()
            .sort("row")
            .collectAsList();

    assertEquals(11, rows.size());
    for (int i = 0; i < 11; i++) {
      assertEquals(drawn.labels()[i], rows.get(i).getInt(1));
      assertArrayEquals(
          Arrays.copyOfRange(drawn.pixels(), 784 * i, 784 * (i + 1)), (byte[]) rows.get(i).get(2));
    }
  }

  @Test
  void digits_many_areInPartitionsThatAReaderCanHold() {
    int partitions =
        TestSpark.session()
            .read()
            .format("digits")
            .option("rows", 700_000)
            .load()
            .javaRDD()
            .getNumPartitions();

    assertEquals(Math.max(11, TestSpark.context().defaultParallelism()), partitions);
  }

  @Test
  void digits_withoutOptions_areAsManyAsMnistHas() {
    assertEquals(60_000, TestSpark.session().read().format("digits").load().count());
  }

  @Test
  void digits_rowsThatAreNoNumber_areRefused() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> TestSpark.session().read().format("digits").option("rows", "many").load());

    assertEquals("rows must be a whole number, but was many", e.getMessage());
  }
}
