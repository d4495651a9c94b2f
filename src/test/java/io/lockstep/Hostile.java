package io.lockstep;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.lockstep.base.InvalidInputException;
import io.lockstep.data.MalformedFileException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages files as strangers would, and watches what reading them does. */
public final class Hostile {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long[] LENGTHS = {
    0,
    1,
    -1,
    255,
    65_535,
    65_536,
    1 << 20,
    1 << 24,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };
  private static final String SYNTAX = "{}[]()\",:=#$\\\n/+-.0123456789eE \tn";

  private Hostile() {}

  /** Reads a file that may be damaged. */
  @FunctionalInterface
  public interface Reading {
    void read(byte[] file) throws Exception;
  }

  /**
   * Reads damaged versions of {@code valid}: each is read, or refused by one of this project's
   * exceptions, in bounded time and memory.
   *
   * @param name must be in every message
   * @param constantBytes that reading may allocate whatever the file
   * @param factor how many bytes it may allocate for each of the file's
   * @return how many were refused
   */
  public static int refusals(
      int trials,
      String name,
      long constantBytes,
      long factor,
      List<byte[]> valid,
      Reading reading) {
    SplittableRandom random = new SplittableRandom(trials + (long) name.length());
    return assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          int refused = 0;
          for (int trial = 0; trial < trials; trial++) {
            byte[] file = damaged(valid.get(random.nextInt(valid.size())), random);
            long limit = constantBytes + factor * file.length;
            refused += isRefused("trial " + trial, name, file, limit, reading) ? 1 : 0;
          }
          return refused;
        });
  }

  /** Reads {@code file}; whether it was refused. */
  public static boolean isRefused(
      String what, String name, byte[] file, long mostBytes, Reading reading) {
    long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    boolean refused = false;
    try {
      reading.read(file);
    } catch (InvalidInputException | MalformedFileException e) {
      assertTrue(e.getMessage().contains(name), () -> what + ": " + e.getMessage());
      refused = true;
    } catch (Exception | StackOverflowError e) {
      throw new AssertionError(
          what + " of " + file.length + " bytes: " + new String(file, StandardCharsets.UTF_8), e);
    }
    long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertTrue(
        allocated <= mostBytes,
        () ->
            String.format(
                "%s: %d bytes of file, %d allocated, more than %d:%n%s",
                what, file.length, allocated, mostBytes, new String(file, StandardCharsets.UTF_8)));
    return refused;
  }

  /** A copy of {@code valid} with one to four pieces of damage. */
  public static byte[] damaged(byte[] valid, SplittableRandom random) {
    byte[] file = valid.clone();
    int changes = random.nextInt(1, 5);
    for (int i = 0; i < changes && file.length > 0; i++) {
      file = damagedOnce(file, random);
    }
    return file;
  }

  private static byte[] damagedOnce(byte[] file, SplittableRandom random) {
    int at = random.nextInt(file.length);
    int length = random.nextInt(1, 40);
    int end = Math.min(at + length, file.length);
    switch (random.nextInt(11)) {
      case 0 -> file[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> file[at] = (byte) random.nextInt(256);
      case 2 -> file[at] = (byte) SYNTAX.charAt(random.nextInt(SYNTAX.length()));
      case 3 -> {
        return Arrays.copyOf(file, at); // cut off
      }
      case 4 -> {
        return joined(file, at, random(random, length), at);
      }
      case 5 -> {
        return joined(file, at, new byte[0], end);
      }
      case 6 -> { // repeated
        byte[] piece = Arrays.copyOfRange(file, at, end);
        byte[] many = new byte[piece.length * random.nextInt(1, 30)];
        for (int j = 0; j < many.length; j++) {
          many[j] = piece[j % piece.length];
        }
        return joined(file, at, many, at);
      }
      case 7 -> { // a piece in another place
        int to = random.nextInt(file.length);
        System.arraycopy(file, at, file, to, Math.min(end - at, file.length - to));
      }
      case 8 -> overwrite(file, at, LENGTHS[random.nextInt(LENGTHS.length)], random);
      case 9 -> { // lengths and neighbours swapped
        int other = random.nextInt(file.length);
        for (int j = 0; j < 4 && Math.max(at, other) + j < file.length; j++) {
          byte kept = file[at + j];
          file[at + j] = file[other + j];
          file[other + j] = kept;
        }
      }
      default -> {
        return random.nextInt(20) == 0 ? random(random, random.nextInt(200)) : file;
      }
    }
    return file;
  }

  private static void overwrite(byte[] file, int at, long value, SplittableRandom random) {
    ByteOrder order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    ByteBuffer buffer = ByteBuffer.wrap(file).order(order);
    int place = random.nextBoolean() ? at & ~3 : 0; // most lengths are in front
    if (random.nextBoolean() && place + 8 <= file.length) {
      buffer.putLong(place, value);
    } else if (place + 4 <= file.length) {
      buffer.putInt(place, (int) value);
    }
  }

  private static byte[] joined(byte[] file, int end, byte[] middle, int start) {
    return ByteBuffer.allocate(end + middle.length + file.length - start)
        .put(file, 0, end)
        .put(middle)
        .put(file, start, file.length - start)
        .array();
  }

  private static byte[] random(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
