package io.lockstep.distributed;

import io.lockstep.training.EvaluationSum;
import io.lockstep.training.GradientFormat;
import io.lockstep.training.GradientSum;
import io.lockstep.training.RangeSum;
import io.lockstep.training.Work;
import io.lockstep.training.WorkSum;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes between worker and driver, little endian: raw, because Spark's RPC can't deserialise
 * our classes on an executor, and fast.
 *
 * <pre>
 * request:  token (16) | worker int | round long | kernel nanos long | squares double
 *           | text length int, UTF-8
 *           | sums int | { first int | count int | kind byte | body }
 *           | vectors int | { values int | float... }
 * gradient: loss double | correct long | examples long | weight double | values int | float...
 * narrow:   the same with the values as {@link NarrowGradient} has them
 * counts:   loss double | classes int | long...
 * reply:    round long | kind byte | epoch int | step int | repeats int | values int | float...
 *           | squares int | double...
 * </pre>
 */
final class WireFormat {
  static final int TOKEN_BYTES = 16;

  /** In place of a round: the worker begins. */
  static final long JOIN = 0;

  /** In place of a round: the worker can't compute its part. */
  static final long BROKE = -1;

  /** In place of a round: the worker has waited long for others, whose numbers are the text. */
  static final long WAITS = -2;

  /** Longer texts are cut off. */
  private static final int MAX_TEXT = 8_000;

  private static final int MAX_UTF8_BYTES = 3; // of a char
  private static final int REQUEST_HEAD = TOKEN_BYTES + 4 + 8 + 8 + 8 + 4 + 4 + 4;
  private static final int SUM_HEAD = 4 + 4 + 1;
  private static final int GRADIENT_HEAD = 4 * 8 + 4;
  private static final int COUNTS_HEAD = 8 + 4;
  private static final int WORK_HEAD = 8 + 1 + 4 + 4 + 4 + 4 + 4;
  private static final byte GRADIENT = 1;
  private static final byte COUNTS = 2;
  private static final byte NARROW = 3;
  private static final float[] NO_WEIGHTS = {};
  private static final Work.Kind[] KINDS = {
    Work.Kind.GRADIENT, Work.Kind.VALIDATION, Work.Kind.TEST, Work.Kind.STATE, Work.Kind.STOP
  };

  private WireFormat() {}

  /**
   * A worker's message.
   *
   * @param worker number of the worker
   * @param round of the sums, or {@link #JOIN}, {@link #BROKE} or {@link #WAITS}
   * @param kernelNanos spent computing
   * @param text where the worker runs, when it joins; what happened, when it broke; else empty
   * @param sums of the round
   * @param vectors of the state that the worker holds, where they are asked for
   * @param squares of all the gradient's values, added up, where the workers clip it; else 0
   */
  record Request(
      int worker,
      long round,
      long kernelNanos,
      String text,
      List<RangeSum> sums,
      List<float[]> vectors,
      double squares) {

    Request(int worker, long round, long kernelNanos, String text, List<RangeSum> sums) {
      this(worker, round, kernelNanos, text, sums, List.of(), 0);
    }
  }

  /** The bytes of {@code request}, in {@code memory}. */
  static ByteBuffer encode(byte[] token, Request request, MessageMemory memory) {
    return encode(token, request, Slice.WHOLE, memory);
  }

  /** The same with {@code slice} of each gradient in place of all of it. */
  static ByteBuffer encode(byte[] token, Request request, Slice slice, MessageMemory memory) {
    String cut = request.text().substring(0, Math.min(request.text().length(), MAX_TEXT));
    byte[] text = cut.getBytes(StandardCharsets.UTF_8);
    int size = REQUEST_HEAD + text.length;
    for (RangeSum sum : request.sums()) {
      size = Math.addExact(size, SUM_HEAD + bodySize(sum, slice));
    }
    for (float[] vector : request.vectors()) {
      size = Math.addExact(size, Math.addExact(4, Math.multiplyExact(4, vector.length)));
    }
    ByteBuffer buffer = memory.bytes(size);
    buffer.put(token).putInt(request.worker()).putLong(request.round());
    buffer.putLong(request.kernelNanos()).putDouble(request.squares());
    buffer.putInt(text.length).put(text);
    buffer.putInt(request.sums().size());
    for (RangeSum sum : request.sums()) {
      buffer.putInt(sum.first()).putInt(sum.count());
      if (sum.sum() instanceof GradientSum gradient) {
        putGradient(buffer, gradient, slice);
      } else {
        EvaluationSum counts = (EvaluationSum) sum.sum();
        buffer.put(COUNTS).putDouble(counts.lossSum()).putInt(counts.classes());
        for (long count : counts.confusion()) {
          buffer.putLong(count);
        }
      }
    }
    buffer.putInt(request.vectors().size());
    for (float[] vector : request.vectors()) {
      putFloats(buffer, vector, Slice.WHOLE);
    }
    return buffer.flip();
  }

  private static void putGradient(ByteBuffer buffer, GradientSum gradient, Slice slice) {
    boolean narrow = isNarrow(gradient, slice);
    buffer.put(narrow ? NARROW : GRADIENT).putDouble(gradient.lossSum());
    buffer.putLong(gradient.correct()).putLong(gradient.examples()).putDouble(gradient.weight());
    if (narrow) {
      NarrowGradient.put(buffer, gradient.gradient(), slice);
    } else {
      putFloats(buffer, gradient.gradient(), slice);
    }
  }

  /** Whether that is shorter: it is not for a slice of running statistics alone. */
  private static boolean isNarrow(GradientSum gradient, Slice slice) {
    float[] values = gradient.gradient();
    return gradient.format() == GradientFormat.BF16
        && 4 + NarrowGradient.bytes(values, slice) < 4L * slice.length(values.length);
  }

  private static int bodySize(RangeSum sum, Slice slice) {
    if (sum.sum() instanceof GradientSum gradient) {
      float[] values = gradient.gradient();
      return Math.addExact(
          GRADIENT_HEAD,
          isNarrow(gradient, slice)
              ? Math.toIntExact(4 + NarrowGradient.bytes(values, slice))
              : Math.multiplyExact(4, slice.length(values.length)));
    }
    return COUNTS_HEAD + 8 * ((EvaluationSum) sum.sum()).confusion().length;
  }

  /** Bytes of the longest request with {@code sums} sums; of one without, for 0. */
  static long longestRequest(int sums, int gradientValues, int classes) {
    long gradient = GRADIENT_HEAD + 4L * gradientValues;
    long counts = COUNTS_HEAD + 8L * classes * classes;
    return REQUEST_HEAD
        + MAX_UTF8_BYTES * MAX_TEXT
        + sums * (SUM_HEAD + Math.max(gradient, counts));
  }

  /** Bytes that {@code vectors} vectors of {@code values} values add to a request. */
  static long vectorBytes(int vectors, int values) {
    return vectors * (4 + 4L * values);
  }

  /** Takes the token off the front of {@code message}. */
  static byte[] token(ByteBuffer message) {
    byte[] token = new byte[TOKEN_BYTES];
    message.get(token);
    return token;
  }

  /**
   * Reads a request behind its token; gradients and vectors are in {@code memory}.
   *
   * @throws java.nio.BufferUnderflowException or {@link IllegalArgumentException} if it is damaged
   */
  static Request decodeRequest(ByteBuffer message, MessageMemory memory) {
    ByteBuffer buffer = message.order(ByteOrder.LITTLE_ENDIAN);
    int worker = buffer.getInt();
    long round = buffer.getLong();
    long kernelNanos = buffer.getLong();
    double squares = buffer.getDouble();
    byte[] text = new byte[checkedCount(buffer, 1)];
    buffer.get(text);
    int count = checkedCount(buffer, SUM_HEAD);
    List<RangeSum> sums = new ArrayList<>();
    int inMemory = 0;
    for (int i = 0; i < count; i++) {
      int first = buffer.getInt();
      int shards = buffer.getInt();
      byte kind = buffer.get();
      WorkSum sum =
          kind == COUNTS ? counts(buffer) : gradientSum(buffer, kind == NARROW, memory, inMemory++);
      sums.add(new RangeSum(first, shards, sum));
    }
    List<float[]> vectors = new ArrayList<>();
    for (int left = checkedCount(buffer, 4); left > 0; left--) {
      float[] vector = memory.vector(inMemory++, checkedCount(buffer, 4));
      getFloats(buffer, vector);
      vectors.add(vector);
    }
    if (buffer.hasRemaining()) {
      throw new IllegalArgumentException("damaged message: " + buffer.remaining() + " more bytes");
    }
    return new Request(
        worker,
        round,
        kernelNanos,
        new String(text, StandardCharsets.UTF_8),
        sums,
        vectors,
        squares);
  }

  private static GradientSum gradientSum(
      ByteBuffer buffer, boolean narrow, MessageMemory memory, int index) {
    double lossSum = buffer.getDouble();
    long correct = buffer.getLong();
    long examples = buffer.getLong();
    double weight = buffer.getDouble();
    if (narrow) {
      float[] gradient = NarrowGradient.get(buffer, memory, index);
      return new GradientSum(gradient, GradientFormat.BF16, lossSum, correct, examples, weight);
    }
    float[] gradient = memory.vector(index, checkedCount(buffer, 4));
    getFloats(buffer, gradient);
    return new GradientSum(gradient, lossSum, correct, examples, weight);
  }

  private static EvaluationSum counts(ByteBuffer buffer) {
    double lossSum = buffer.getDouble();
    int classes = buffer.getInt();
    if (classes < 1 || (long) classes * classes > buffer.remaining() / 8) {
      throw new IllegalArgumentException("damaged message: " + classes + " classes");
    }
    long[] confusion = new long[classes * classes];
    for (int i = 0; i < confusion.length; i++) {
      confusion[i] = buffer.getLong();
    }
    return new EvaluationSum(classes, confusion, lossSum);
  }

  /** The bytes of {@code work}, in {@code memory}. */
  static ByteBuffer encode(Work work, MessageMemory memory) {
    int kind = List.of(KINDS).indexOf(work.kind());
    int squareBytes = Math.multiplyExact(8, work.squares().length);
    int vectorBytes = Math.addExact(squareBytes, Math.multiplyExact(4, work.weights().length));
    ByteBuffer buffer = memory.bytes(Math.addExact(WORK_HEAD, vectorBytes));
    buffer.putLong(work.round()).put((byte) kind).putInt(work.epoch()).putInt(work.step());
    buffer.putInt(work.repeats());
    putFloats(buffer, work.weights(), Slice.WHOLE);
    buffer.putInt(work.squares().length);
    for (double square : work.squares()) {
      buffer.putDouble(square);
    }
    return buffer.flip();
  }

  /** Reads a work; its weights are in {@code memory}. */
  static Work decodeWork(ByteBuffer message, MessageMemory memory) {
    ByteBuffer buffer = message.order(ByteOrder.LITTLE_ENDIAN);
    long round = buffer.getLong();
    Work.Kind kind = KINDS[buffer.get()];
    int epoch = buffer.getInt();
    int step = buffer.getInt();
    int repeats = buffer.getInt();
    int count = checkedCount(buffer, 4);
    float[] weights = count == 0 ? NO_WEIGHTS : memory.vector(0, count); // which keeps its vector
    getFloats(buffer, weights);
    double[] squares = new double[checkedCount(buffer, 8)];
    buffer.asDoubleBuffer().get(squares);
    return new Work(round, kind, epoch, step, repeats, weights, squares);
  }

  private static void putFloats(ByteBuffer buffer, float[] values, Slice slice) {
    int count = slice.length(values.length);
    buffer.putInt(count);
    buffer.asFloatBuffer().put(values, slice.from(), count);
    buffer.position(buffer.position() + 4 * count);
  }

  private static void getFloats(ByteBuffer buffer, float[] values) {
    buffer.asFloatBuffer().get(values);
    buffer.position(buffer.position() + 4 * values.length);
  }

  /** Reads a number of items that must fit into what is left, before anything is allocated. */
  static int checkedCount(ByteBuffer buffer, int itemBytes) {
    int count = buffer.getInt();
    if (count < 0 || count > buffer.remaining() / itemBytes) {
      throw new IllegalArgumentException("damaged message: " + count + " items");
    }
    return count;
  }
}
