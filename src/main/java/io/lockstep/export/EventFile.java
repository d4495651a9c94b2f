package io.lockstep.export;

import com.google.protobuf.CodedOutputStream;
import io.lockstep.base.Version;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * One file of TensorBoard's events, which is read while it grows.
 *
 * <p>A record is its length, the length's checksum, an {@code Event} and its checksum, little
 * endian (TensorFlow's {@code record_writer.cc}); the fields are those of TensorFlow's {@code
 * event.proto} and {@code summary.proto}.
 */
final class EventFile implements AutoCloseable {
  private static final String VERSION = "brain.Event:2";

  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;

  private static final int SUMMARY_VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;

  private static final int STATUS = 1;
  private static final int STATUS_START = 1;

  private final OutputStream out;

  EventFile(OutputStream out) {
    this.out = out;
  }

  /** Writes the fields of a message. */
  @FunctionalInterface
  private interface Fields {
    void to(CodedOutputStream message) throws IOException;
  }

  /** Begins a new file in {@code folder}. */
  static EventFile create(Path folder) throws IOException {
    Files.createDirectories(folder);
    OutputStream out =
        Files.newOutputStream(
            folder.resolve(name()), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    EventFile file = new EventFile(new BufferedOutputStream(out));
    try {
      file.event(0, message -> message.writeString(FILE_VERSION, VERSION));
      file.flush();
    } catch (IOException e) {
      out.close();
      throw e;
    }
    return file;
  }

  /** TensorBoard takes what has {@code tfevents} in its name, in the order of names. */
  private static String name() {
    long millis = System.currentTimeMillis();
    return String.format(
        Locale.ROOT,
        "events.out.tfevents.%010d.%03d.lockstep-%s",
        millis / 1000,
        millis % 1000,
        Version.LOCKSTEP);
  }

  /** Says that what earlier files hold from {@code step} on is void. */
  void restart(long step) throws IOException {
    byte[] sessionLog = message(fields -> fields.writeEnum(STATUS, STATUS_START));
    event(step, event -> event.writeByteArray(SESSION_LOG, sessionLog));
  }

  /** Adds values, by tag. */
  void scalars(long step, Map<String, Double> values) throws IOException {
    byte[] summary =
        message(
            fields -> {
              for (Map.Entry<String, Double> scalar : values.entrySet()) {
                fields.writeByteArray(SUMMARY_VALUE, value(scalar.getKey(), scalar.getValue()));
              }
            });
    event(step, event -> event.writeByteArray(SUMMARY, summary));
  }

  private static byte[] value(String tag, double value) throws IOException {
    return message(
        fields -> {
          fields.writeString(TAG, tag);
          fields.writeFloat(SIMPLE_VALUE, (float) value);
        });
  }

  private void event(long step, Fields what) throws IOException {
    record(
        message(
            event -> {
              event.writeDouble(WALL_TIME, System.currentTimeMillis() / 1000.0);
              event.writeInt64(STEP, step);
              what.to(event);
            }));
  }

  private static byte[] message(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream message = CodedOutputStream.newInstance(bytes);
    fields.to(message);
    message.flush();
    return bytes.toByteArray();
  }

  private void record(byte[] event) throws IOException {
    byte[] length = littleEndian(Long.BYTES).putLong(event.length).array();
    out.write(length);
    out.write(checksum(length));
    out.write(event);
    out.write(checksum(event));
  }

  private static byte[] checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    int masked = Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    return littleEndian(Integer.BYTES).putInt(masked).array();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Hands what was written to who reads. */
  void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
