package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.training.EvaluationSum;
import io.lockstep.training.GradientSum;
import io.lockstep.training.RangeSum;
import io.lockstep.training.Work;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WireFormatTest {
  private static final byte[] TOKEN = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private static ByteBuffer request() {
    GradientSum gradient =
        new GradientSum(new float[] {1.5f, -0f, Float.MIN_VALUE}, 2.25, 3, 4, 4.5);
    EvaluationSum counts = new EvaluationSum(2, new long[] {1, 2, 3, 4}, 5.5);
    return WireFormat.encode(
        TOKEN,
        new WireFormat.Request(
            3,
            17,
            99,
            "somewhere",
            List.of(new RangeSum(4, 2, gradient), new RangeSum(6, 1, counts))),
        new MessageMemory());
  }

  @Test
  void request_encodedAndDecoded_isTheSame() {
    ByteBuffer message = request();

    assertArrayEquals(TOKEN, WireFormat.token(message));
    WireFormat.Request decoded = WireFormat.decodeRequest(message, new MessageMemory());

    assertEquals(3, decoded.worker());
    assertEquals(17, decoded.round());
    assertEquals(99, decoded.kernelNanos());
    assertEquals("somewhere", decoded.text());
    GradientSum gradient = (GradientSum) decoded.sums().get(0).sum();
    assertArrayEquals(new float[] {1.5f, -0f, Float.MIN_VALUE}, gradient.gradient());
    assertEquals(2.25, gradient.lossSum());
    assertEquals(3, gradient.correct());
    assertEquals(4, gradient.examples());
    assertEquals(4.5, gradient.weight());
    assertEquals(4, decoded.sums().get(0).first());
    assertEquals(2, decoded.sums().get(0).count());
    EvaluationSum counts = (EvaluationSum) decoded.sums().get(1).sum();
    assertArrayEquals(new long[] {1, 2, 3, 4}, counts.confusion());
    assertEquals(5.5, counts.lossSum());
  }

  @Test
  void request_ofASlice_carriesThatOfEachGradient() {
    GradientSum gradient = new GradientSum(new float[] {1, 2, 3, 4}, 2.25, 3, 4, 4.5);
    WireFormat.Request request =
        new WireFormat.Request(1, 2, 0, "", List.of(new RangeSum(0, 1, gradient)));

    for (Slice slice : List.of(new Slice(1, 3), Slice.NONE, Slice.WHOLE)) {
      ByteBuffer message = WireFormat.encode(TOKEN, request, slice, new MessageMemory());
      message.position(WireFormat.TOKEN_BYTES);
      GradientSum decoded =
          (GradientSum) WireFormat.decodeRequest(message, new MessageMemory()).sums().get(0).sum();

      assertArrayEquals(
          Arrays.copyOfRange(gradient.gradient(), slice.from(), Math.min(slice.to(), 4)),
          decoded.gradient());
      assertEquals(2.25, decoded.lossSum());
    }
  }

  @Test
  void request_withVectors_isTheSame() {
    List<float[]> vectors = List.of(new float[] {1, Float.NaN}, new float[0], new float[] {3});
    WireFormat.Request request = new WireFormat.Request(1, 2, 0, "", List.of(), vectors, 0.1);
    ByteBuffer message = WireFormat.encode(TOKEN, request, new MessageMemory());
    message.position(WireFormat.TOKEN_BYTES);

    WireFormat.Request whole = WireFormat.decodeRequest(message, new MessageMemory());
    List<float[]> decoded = whole.vectors();

    assertEquals(0.1, whole.squares());
    assertEquals(3, decoded.size());
    for (int i = 0; i < vectors.size(); i++) {
      assertArrayEquals(vectors.get(i), decoded.get(i));
    }
  }

  @Test
  void work_encodedAndDecoded_isTheSame() {
    for (Work.Kind kind : Work.Kind.values()) {
      Work decoded =
          WireFormat.decodeWork(
              WireFormat.encode(
                  new Work(8, kind, 2, 5, 7, new float[] {0.1f, 0.2f}, new double[0]),
                  new MessageMemory()),
              new MessageMemory());

      assertEquals(kind, decoded.kind());
      assertEquals(8, decoded.round());
      assertEquals(2, decoded.epoch());
      assertEquals(5, decoded.step());
      assertEquals(7, decoded.repeats());
      assertArrayEquals(new float[] {0.1f, 0.2f}, decoded.weights());
      assertEquals(0, decoded.squares().length);
    }
  }

  @Test
  void work_withSquares_isTheSame() {
    double[] squares = {0.1, Double.NaN, 1e300};
    Work work = new Work(1, Work.Kind.GRADIENT, 0, 0, new float[] {3}, squares);

    Work decoded =
        WireFormat.decodeWork(WireFormat.encode(work, new MessageMemory()), new MessageMemory());

    assertArrayEquals(squares, decoded.squares());
    assertArrayEquals(new float[] {3}, decoded.weights());
  }

  @Test
  void work_afterAnotherInTheSameMemory_takesNoMoreAndIsItself() {
    MessageMemory sender = new MessageMemory();
    MessageMemory receiver = new MessageMemory();
    float[] longer = new float[1000];
    ByteBuffer first = WireFormat.encode(new Work(1, Work.Kind.GRADIENT, 1, 0, longer), sender);
    float[] weights = WireFormat.decodeWork(first, receiver).weights();
    longer[999] = 7;

    Work squares = new Work(1, Work.Kind.GRADIENT, 1, 0, new float[0], new double[] {4});
    WireFormat.decodeWork(WireFormat.encode(squares, sender), receiver);
    ByteBuffer second = WireFormat.encode(new Work(2, Work.Kind.TEST, 1, 0, longer), sender);
    Work decoded = WireFormat.decodeWork(second, receiver);

    assertSame(first, second);
    assertSame(weights, decoded.weights());
    assertEquals(7, weights[999]);
    Work stop = new Work(3, Work.Kind.STOP, 1, 0, new float[0]);
    assertEquals(
        0, WireFormat.decodeWork(WireFormat.encode(stop, sender), receiver).weights().length);
  }

  @Test
  void request_ofSeveralGradients_keepsThemApart() {
    MessageMemory memory = new MessageMemory();
    List<RangeSum> sums =
        List.of(
            new RangeSum(1, 1, new GradientSum(new float[] {1, 2}, 1, 1, 1, 1)),
            new RangeSum(2, 2, new GradientSum(new float[] {3, 4}, 1, 1, 1, 1)));
    ByteBuffer message =
        WireFormat.encode(TOKEN, new WireFormat.Request(1, 1, 1, "", sums), new MessageMemory());
    WireFormat.token(message);

    List<RangeSum> decoded = WireFormat.decodeRequest(message, memory).sums();

    assertArrayEquals(new float[] {1, 2}, ((GradientSum) decoded.get(0).sum()).gradient());
    assertArrayEquals(new float[] {3, 4}, ((GradientSum) decoded.get(1).sum()).gradient());
  }

  @Test
  void decodeRequest_damagedBytes_areReadOrRefusedButNothingElse() {
    byte[] whole = new byte[request().remaining()];
    request().get(whole);
    SplittableRandom random = new SplittableRandom(1);
    int refused = 0;
    for (int i = 0; i < 10_000; i++) {
      byte[] damaged = Arrays.copyOf(whole, random.nextInt(16, whole.length + 1));
      for (int n = 0; n < 3; n++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      ByteBuffer message = ByteBuffer.wrap(damaged);
      try {
        WireFormat.token(message);
        WireFormat.decodeRequest(message, new MessageMemory());
      } catch (BufferUnderflowException | IllegalArgumentException e) {
        refused++;
      }
    }
    assertTrue(refused > 5_000 && refused < 10_000, "refused " + refused);
  }
}
