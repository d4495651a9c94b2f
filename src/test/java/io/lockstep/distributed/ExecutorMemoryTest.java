package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.base.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecutorMemoryTest {
  /** Rows of 784 bytes and a label, over 4 workers, two on each executor. */
  private static ExecutorMemory of(long rows, long heapBytes) {
    return new ExecutorMemory(rows, 784, 788, 8, 4, 2, heapBytes, "spark.executor.memory");
  }

  @ParameterizedTest
  @CsvSource({"2000, MEMORY, false", "2001, MEMORY, false", "2000, AUTO, false"})
  void needsFiles_rowsThatFit_stayInMemory(long rows, RowStorage wish, boolean expected) {
    assertEquals(expected, of(rows, 2 * 1000 * 788).needsFiles(wish));
  }

  @ParameterizedTest
  @CsvSource({"2001, AUTO", "2, FILES"})
  void needsFiles_rowsOfMoreThanHalfTheHeap_goToFilesAsThoseThatAreToldTo(
      long rows, RowStorage wish) {
    assertEquals(true, of(rows, 2 * 1000 * 788).needsFiles(wish));
  }

  @Test
  void needsFiles_shardLongerThanAnArray_goesToAFileWhateverTheHeap() {
    assertEquals(false, of(21_000_000, 1L << 40).needsFiles(RowStorage.AUTO));
    assertEquals(true, of(22_000_000, 1L << 40).needsFiles(RowStorage.AUTO));
  }

  @Test
  void needsFiles_shareThatMemoryCanNotHold_isRefusedWithTheFiguresAndTheRemedies() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> of(6_000_000, 1L << 30).needsFiles(RowStorage.MEMORY));

    assertEquals(
        "An executor's heap must have at least 1,128 MB for a worker's share of 6,000,000 rows of"
            + " 784 values over 4 workers, but has 1,024 MB. Use more workers, raise"
            + " spark.executor.memory, or set distributed.rows = files.",
        e.getMessage());
  }

  @Test
  void rowStorage_anotherName_isRefusedWithTheChoice() {
    assertEquals(
        "distributed.rows must be one of [auto, memory, files], but was tape",
        assertThrows(InvalidInputException.class, () -> RowStorage.of("tape")).getMessage());
  }
}
