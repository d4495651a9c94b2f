package io.lockstep.lanes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The kernels in vectors against their plain twin, bit for bit, on shapes drawn at random. */
class KernelsTest {
  private static final int SHAPES = 300;
  private static final float CANARY = 12345.5f;

  private final SplittableRandom random = new SplittableRandom(11);
  private final Kernels plain = new PlainKernels();
  private Kernels vectors;

  @BeforeEach
  void requireVectors() {
    assumeTrue(
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
        "skipped: this JVM has no jdk.incubator.vector");
    vectors = KernelChoice.newVectorKernels();
  }

  private float[] draw(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  /** Some of everything that a float can be. */
  private float[] drawAny(int count) {
    return drawWith(
        count, 0f, -0f, 1f, -1f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
  }

  /** Values of which every third is one of {@code some}. */
  private float[] drawWith(int count, float... some) {
    float[] values = draw(count);
    for (int i = 0; i < count; i++) {
      int pick = random.nextInt(3 * some.length);
      values[i] = pick < some.length ? some[pick] : values[i];
    }
    return values;
  }

  /** Room for scales that holds others, which no sum may see. */
  private static Scales used(int mostRows, int[] distances) {
    Scales scales = Scales.of(mostRows, distances);
    float[] others = new float[41];
    Arrays.fill(others, Float.NaN);
    scales.pack(others, 0, 0, mostRows);
    return scales;
  }

  /** Memory that holds what no sum may see. */
  private static Vectors scratch() {
    float[] values = new float[3 + Kernels.SCRATCH];
    Arrays.fill(values, Float.NaN);
    return new Vectors(values, 3, Kernels.SCRATCH);
  }

  private int[] distances(int count, int most) {
    return random.ints(count, 0, most + 1).toArray();
  }

  /**
   * Distances of up to {@code most + run * step}: runs of {@code run} that are {@code step} apart.
   */
  private Distances runs(int count, int run, int step, int most) {
    int[] starts = distances(count / run, most);
    int[] values = new int[starts.length * run];
    Arrays.setAll(values, i -> starts[i / run] + i % run * step);
    return Distances.of(values);
  }

  /** Runs {@code kernel} with both and compares all that it may have written. */
  private void assertSame(String shape, float[] result, Consumer<Kernels> kernel) {
    float[] before = result.clone();
    kernel.accept(plain);
    float[] expected = result.clone();
    System.arraycopy(before, 0, result, 0, before.length);
    kernel.accept(vectors);
    for (int i = 0; i < result.length; i++) {
      int at = i;
      assertEquals(
          Float.floatToIntBits(expected[i]),
          Float.floatToIntBits(result[i]),
          () -> shape + ": value " + at + " is " + result[at] + ", plain Java's " + expected[at]);
    }
  }

  @RepeatedTest(3)
  void putBytes_anyShape_hasTheBitsOfPlainJava() {
    for (int i = 0; i < SHAPES; i++) {
      int rows = random.nextInt(1, 50);
      int columns = random.nextInt(1, 150);
      int xAt = random.nextInt(5);
      int yAt = random.nextInt(5);
      int yRow = rows + random.nextInt(20);
      byte[] x = new byte[xAt + rows * columns];
      random.nextBytes(x);
      float[] y = draw(yAt + columns * yRow + 2 * Lanes.COUNT);
      ByteRows meaning =
          new ByteRows((float) random.nextDouble(-1, 1), (float) random.nextDouble(1e-3, 300));

      assertSame(
          "bytes of " + rows + " rows, " + columns + " columns",
          y,
          kernels ->
              kernels.putBytes(
                  meaning, x, xAt, columns, rows, y, yAt, yRow, new int[Kernels.WORDS]));
    }
  }

  @RepeatedTest(3)
  void sumScaled_anyShape_hasTheBitsOfPlainJava() {
    for (int i = 0; i < SHAPES; i++) {
      int rows = random.nextInt(1, 14);
      int count = random.nextInt(0, 10);
      int terms = random.nextInt(0, 20);
      int from = terms == 0 ? 0 : random.nextInt(terms);
      int to = random.nextInt(from, terms + 1);
      int wAt = random.nextInt(5);
      int xAt = random.nextInt(5);
      int yAt = random.nextInt(5);
      int wRow = random.nextInt(30);
      int yRow = count * Lanes.COUNT + random.nextInt(5);
      boolean add = random.nextBoolean();
      Distances some = Distances.of(distances(terms, 60));
      Columns columns = Columns.of(distances(count, 70), Distances.multiples(count, Lanes.COUNT));
      Scales w = used(rows + random.nextInt(12), distances(terms, 40));
      w.pack(draw(wAt + rows * wRow + 41), wAt, wRow, rows);
      float[] x = draw(xAt + 60 + 70 + Lanes.COUNT);
      float[] y = draw(yAt + rows * yRow + 3 * Lanes.COUNT);
      Arrays.fill(y, y.length - 2 * Lanes.COUNT, y.length, CANARY);
      Kernels.First first =
          random.nextBoolean()
              ? Kernels.First.zero()
              : Kernels.First.ofRows(draw(rows * Lanes.COUNT));

      assertSame(
          String.format("%d rows, %d columns, terms %d to %d, add %s", rows, count, from, to, add),
          y,
          k -> k.sumScaled(w, x, xAt, some, from, to, first, y, yAt, yRow, columns, add));
    }
  }

  @RepeatedTest(3)
  void interleave_anyValues_hasTheBitsOfPlainJava() {
    for (int i = 0; i < SHAPES; i++) {
      int count = random.nextInt(0, 70);
      int stride = count + random.nextInt(20);
      int at = random.nextInt(5);
      int toAt = random.nextInt(5);
      float[] rows = drawAny(at + Kernels.INTERLEAVED * stride + count);
      float[] to = draw(toAt + Kernels.INTERLEAVED * count + 2 * Lanes.COUNT);

      assertSame(
          String.format("five rows of %d values, %d apart", count, stride),
          to,
          k -> k.interleave(rows, at, stride, count, to, toAt));
    }
  }

  @RepeatedTest(3)
  void sumProducts_anyShape_hasTheBitsOfPlainJava() {
    for (int i = 0; i < SHAPES; i++) {
      int rows = random.nextInt(1, 14);
      int places = random.nextInt(0, 12);
      int taps = random.nextInt(1, random.nextInt(4) == 0 ? 200 : 17);
      int gRow = places * Lanes.COUNT;
      boolean add = random.nextBoolean();
      float[] g = draw(3 + rows * gRow);
      float[] x = draw(2 + 50 + 90 + Lanes.COUNT);
      Distances tapAt = Distances.of(distances(taps, 50));
      Distances placeAt = Distances.of(distances(places, 90));
      float[] sums = draw(1 + rows * (taps + 2));

      assertSame(
          String.format("%d rows, %d taps, %d places, add %s", rows, taps, places, add),
          sums,
          k ->
              k.sumProducts(
                  g, 3, gRow, rows, x, 2, tapAt, placeAt, sums, 1, taps + 2, add, scratch()));
    }
  }

  @RepeatedTest(3)
  void sumScaled_columnsThatSlide_hasTheBitsOfPlainJava() {
    for (int i = 0; i < SHAPES; i++) {
      int rows = random.nextInt(1, 30);
      int count = random.nextInt(1, 14);
      int run = random.nextInt(1, 7);
      int step = random.nextInt(4) == 0 ? 7 : Lanes.COUNT;
      Distances vectors = runs(run * random.nextInt(1, 5), run, step, 60);
      int from = random.nextInt(3) == 0 ? random.nextInt(vectors.count()) : 0;
      int inRow = random.nextInt(1, 12);
      int[] inputs = new int[count];
      Arrays.setAll(inputs, c -> (c / inRow * (inRow + 2) + c % inRow) * Lanes.COUNT);
      Columns columns = Columns.of(inputs, Distances.multiples(count, Lanes.COUNT));
      Scales w = used(rows + random.nextInt(12), distances(vectors.count(), 40));
      w.pack(draw(rows * 30 + 41), 0, 30, rows);
      float[] x = draw(60 + (run + inputs[count - 1] / Lanes.COUNT + 1) * Lanes.COUNT);
      float[] y = draw(rows * count * Lanes.COUNT);

      assertSame(
          String.format(
              "%d rows, %d columns in rows of %d, %d terms from %d, runs of %d by %d",
              rows, count, inRow, vectors.count(), from, run, step),
          y,
          k ->
              k.sumScaled(
                  w,
                  x,
                  0,
                  vectors,
                  from,
                  vectors.count(),
                  Kernels.First.zero(),
                  y,
                  0,
                  count * Lanes.COUNT,
                  columns,
                  false));
    }
  }

  @Test
  void sumScaled_columnsAndTermsAtOneDistance_doNotSlide() {
    Columns columns = Columns.of(new int[] {0}, new int[] {0});
    Distances terms = Distances.strided(4, 0);
    Scales w = Scales.of(12, Distances.multiples(4, 1));
    w.pack(draw(12 * 4), 0, 4, 12);
    float[] x = draw(Lanes.COUNT);
    float[] y = draw(12 * Lanes.COUNT);

    assertEquals(0, columns.sliding(terms));
    assertSame(
        "one column",
        y,
        k ->
            k.sumScaled(
                w, x, 0, terms, 0, 4, Kernels.First.zero(), y, 0, Lanes.COUNT, columns, true));
  }

  @RepeatedTest(3)
  void sumProducts_tapsThatSlide_hasTheBitsOfPlainJava() {
    for (int i = 0; i < SHAPES; i++) {
      int rows = random.nextInt(1, 14);
      int run = random.nextInt(1, 6);
      Distances taps = runs(run * random.nextInt(1, 40), run, Lanes.COUNT, 50);
      int inRow = random.nextInt(1, 9);
      int step = random.nextInt(4) == 0 ? 2 * Lanes.COUNT : Lanes.COUNT;
      Distances places = runs(inRow * random.nextInt(0, 4), inRow, step, 90);
      boolean add = random.nextBoolean();
      int gRow = places.count() * Lanes.COUNT;
      float[] g = draw(rows * gRow);
      float[] x = draw(50 + 90 + (run + 2 * inRow + 1) * Lanes.COUNT);
      float[] sums = draw(rows * taps.count());

      assertSame(
          String.format(
              "%d rows, %d taps in runs of %d, %d places in runs of %d by %d",
              rows, taps.count(), run, places.count(), inRow, step),
          sums,
          k ->
              k.sumProducts(
                  g, 0, gRow, rows, x, 0, taps, places, sums, 0, taps.count(), add, scratch()));
    }
  }

  @RepeatedTest(3)
  void sumRows_anyShape_hasTheBitsOfPlainJava() {
    for (int i = 0; i < SHAPES; i++) {
      int rows = random.nextInt(1, 9);
      int count = random.nextInt(0, 9);
      boolean add = random.nextBoolean();
      float[] g = draw(1 + rows * count * Lanes.COUNT);
      float[] sums = draw(rows + 2);

      assertSame(
          String.format("%d rows of %d vectors, add %s", rows, count, add),
          sums,
          k -> k.sumRows(g, 1, count * Lanes.COUNT, rows, count, sums, 1, add, scratch()));
    }
  }

  @RepeatedTest(3)
  void maxPool_anyValues_hasTheBitsAndWinnersOfPlainJava() {
    for (int i = 0; i < SHAPES; i++) {
      assertPoolsAsPlainJava(drawAny(60 + 40 + Lanes.COUNT), random.nextInt(1, 10));
    }
  }

  @RepeatedTest(3)
  void maxPool_fourTapsOfFiniteValues_hasTheBitsAndWinnersOfPlainJava() {
    for (int i = 0; i < SHAPES; i++) {
      float tiny = Float.MIN_VALUE;
      assertPoolsAsPlainJava(drawWith(60 + 40 + Lanes.COUNT, 0f, -0f, 1f, -1f, tiny, -tiny), 4);
    }
  }

  @RepeatedTest(3)
  void maxPool_fourTapsOfWhichSomeAreUnusual_hasTheBitsAndWinnersOfPlainJava() {
    float[] unusual = {
      Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE, -Float.MAX_VALUE
    };
    for (int i = 0; i < SHAPES; i++) {
      float[] x = draw(60 + 40 + Lanes.COUNT);
      x[random.nextInt(x.length)] = unusual[i % unusual.length];
      x[random.nextInt(x.length)] = unusual[random.nextInt(unusual.length)];
      assertPoolsAsPlainJava(x, 4);
    }
  }

  /** Some windows of {@code taps} anywhere in the first values of {@code x}. */
  private void assertPoolsAsPlainJava(float[] x, int taps) {
    int count = random.nextInt(1, 6);
    int[] windows = distances(count, 60);
    int[] tapAt = distances(taps, 40);
    float[] y = new float[count * Lanes.COUNT];
    float[] winners = new float[y.length];

    assertSame("values", y, k -> k.maxPool(x, windows, tapAt, y, winners));
    assertSame("winners", winners, k -> k.maxPool(x, windows, tapAt, y, winners));
  }

  @RepeatedTest(3)
  void maxPoolGradient_anyShape_hasTheBitsOfPlainJava() {
    for (int i = 0; i < SHAPES; i++) {
      int count = random.nextInt(1, 6);
      int taps = random.nextBoolean() ? 4 : random.nextInt(1, 10);
      boolean disjoint = random.nextBoolean();
      float[] g = draw(count * Lanes.COUNT);
      float[] winners = new float[g.length];
      for (int j = 0; j < winners.length; j++) {
        winners[j] = random.nextInt(taps);
      }
      int[] windows = disjoint ? vectors(count, taps) : wholeVectors(distances(count, 8));
      int[] tapAt = disjoint ? vectors(taps, 1) : wholeVectors(distances(taps, 8));
      float[] dx = draw(Math.max(8 + 8 + 1, count * taps) * Lanes.COUNT);

      assertSame(
          String.format("%d windows of %d taps, disjoint %s", count, taps, disjoint),
          dx,
          k -> k.maxPoolGradient(g, winners, windows, tapAt, dx, disjoint));
    }
  }

  /** {@code count} distances, {@code step} vectors apart. */
  private static int[] vectors(int count, int step) {
    return Distances.multiples(count, step * Lanes.COUNT);
  }

  private static int[] wholeVectors(int[] distances) {
    return Arrays.stream(distances).map(distance -> distance * Lanes.COUNT).toArray();
  }
}
