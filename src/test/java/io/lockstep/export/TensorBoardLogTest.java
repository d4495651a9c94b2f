package io.lockstep.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.lockstep.base.InvalidInputException;
import io.lockstep.training.EpochReport;
import io.lockstep.training.EvaluationSum;
import io.lockstep.training.Position;
import io.lockstep.training.StepReport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardLogTest {
  private static final StepReport STEP = new StepReport(1, 1, 0.5, 15, 20, 0.1, 1_000_000, 900_000);

  @TempDir private Path folder;

  private final List<String> notices = new ArrayList<>();

  /** Reads the records of {@code file}, and checks their checksums. */
  private static List<byte[]> records(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> records = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int length = (int) bytes.getLong(bytes.position());
      assertChecksum(take(bytes, Long.BYTES), bytes.getInt());
      byte[] record = take(bytes, length);
      assertChecksum(record, bytes.getInt());
      records.add(record);
    }
    return records;
  }

  private static byte[] take(ByteBuffer bytes, int length) {
    byte[] taken = new byte[length];
    bytes.get(taken);
    return taken;
  }

  private static void assertChecksum(byte[] bytes, int masked) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    int rotated = masked - 0xa282ead8;
    assertEquals((int) crc.getValue(), (rotated >>> 17) | (rotated << 15));
  }

  /** A message as text: {@code field=value} in order; {@code kinds} says what is a message. */
  private static String text(byte[] message, String... kinds) throws IOException {
    StringBuilder text = new StringBuilder();
    CodedInputStream in = CodedInputStream.newInstance(message);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int field = WireFormat.getTagFieldNumber(tag);
      text.append(text.isEmpty() ? "" : " ").append(field).append('=');
      switch (WireFormat.getTagWireType(tag)) {
        case WireFormat.WIRETYPE_VARINT -> text.append(in.readInt64());
        case WireFormat.WIRETYPE_FIXED64 -> text.append(in.readDouble() > 1.6e9 ? "now" : "?");
        case WireFormat.WIRETYPE_FIXED32 -> text.append(in.readFloat());
        case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
          boolean isMessage =
              kinds.length > 0 && Arrays.asList(kinds[0].split(",")).contains("" + field);
          text.append(
              isMessage
                  ? "(" + text(in.readByteArray(), Arrays.copyOfRange(kinds, 1, kinds.length)) + ")"
                  : in.readString());
        }
        default -> throw new AssertionError("wire type of tag " + tag);
      }
    }
    return text.toString();
  }

  private List<String> events(Path of) throws IOException {
    List<String> events = new ArrayList<>();
    try (Stream<Path> files = Files.list(of)) {
      for (Path file : files.sorted().toList()) {
        for (byte[] record : records(file)) {
          events.add(text(record, "5,7", "1"));
        }
      }
    }
    return events;
  }

  @Test
  void log_stepsAnEpochAndAResume_areReadBack() throws Exception {
    Path run = folder.resolve("all").resolve("run");
    EvaluationSum test = new EvaluationSum(2, new long[] {3, 1, 0, 4}, 2.0);
    EvaluationSum validation = new EvaluationSum(2, new long[] {1, 0, 0, 1}, 1.0);
    try (TensorBoardLog log = TensorBoardLog.open(run, Position.START, notices::add)) {
      log.onStep(STEP);
      log.onEpoch(
          new EpochReport(
              1, 1, 0.5, 0.75, Optional.of(validation), Optional.of(test), Optional.empty(), 1));
      log.onStep(new StepReport(2, 2, 0.25, 20, 20, 0.05, 2_000_000, 900_000));
    }
    Position resumed = new Position(1, 2, 0, 0, 0, 0, 0, 0, 0);
    TensorBoardLog.open(run, resumed, notices::add).close();

    assertEquals(
        List.of(
            "1=now 2=0 3=brain.Event:2",
            "1=now 2=1 5=(1=(1=loss/step 2=0.5) 1=(1=accuracy/step 2=0.75)"
                + " 1=(1=learning_rate 2=0.1) 1=(1=images_per_second 2=20000.0))",
            "1=now 2=1 5=(1=(1=loss/train 2=0.5) 1=(1=accuracy/train 2=0.75)"
                + " 1=(1=loss/validation 2=0.5) 1=(1=accuracy/validation 2=1.0)"
                + " 1=(1=loss/test 2=0.25) 1=(1=accuracy/test 2=0.875))",
            "1=now 2=2 5=(1=(1=loss/step 2=0.25) 1=(1=accuracy/step 2=1.0)"
                + " 1=(1=learning_rate 2=0.05) 1=(1=images_per_second 2=10000.0))",
            "1=now 2=0 3=brain.Event:2",
            "1=now 2=2 7=(1=1)"), // what was step 2 before is void
        events(run));
    assertEquals(List.of(), notices);
  }

  @Test
  void log_thatCanNotBeWrittenAnyMore_saysSoOnceAndLetsTheRunGoOn() throws Exception {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    try (TensorBoardLog log = new TensorBoardLog(folder, new EventFile(full), notices::add)) {
      log.onStep(STEP);
      log.onStep(STEP);
    }

    assertEquals(
        List.of(
            "the run goes on without TensorBoard: "
                + folder
                + " can't be written: IO: No space left on device"),
        notices);
  }

  @Test
  void open_whereNoFolderCanBe_isRefusedBeforeAnythingIsWritten() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () ->
                TensorBoardLog.open(
                    file.resolve("events").resolve("run"), Position.START, notices::add));

    assertEquals(
        String.format(
            "TensorBoard's folder %1$s/events/run can't be written: %1$s is not a folder. Choose"
                + " another --tensorboard.",
            file),
        e.getMessage());
  }
}
