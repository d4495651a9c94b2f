package io.lockstep.network;

import io.lockstep.base.Checks;
import io.lockstep.lanes.Columns;
import io.lockstep.lanes.Distances;
import io.lockstep.lanes.KernelChoice;
import io.lockstep.lanes.Kernels;
import io.lockstep.lanes.Lanes;
import io.lockstep.lanes.Scales;
import io.lockstep.lanes.VectorMemory;
import io.lockstep.lanes.Vectors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A 2-D convolution over zero-padded images, PyTorch's {@code nn.Conv2d} (a cross-correlation: the
 * filters are not flipped).
 *
 * <ul>
 *   <li>weight: {@code filters x channels x kernel x kernel}
 *   <li>bias: {@code filters}
 * </ul>
 *
 * @param filters output channels; &ge; 1
 * @param window that slides over the image
 */
public record Conv2d(int filters, Window window) implements LayerSpec.Leaf {
  static final LayerSpec.Kind KIND =
      new LayerSpec.Kind(
          "conv2d",
          settings ->
              new Conv2d(
                  settings.intValue("filters"),
                  settings.intValue("kernel"),
                  settings.intValue("stride", 1),
                  settings.intValue("padding", 0)));

  public Conv2d {
    Checks.requireAtLeastOne("conv2d filters", filters);
  }

  /** A convolution with a window of {@code kernel x kernel} pixels. */
  public Conv2d(int filters, int kernel, int stride, int padding) {
    this(filters, new Window(kernel, stride, padding));
  }

  @Override
  public String kind() {
    return KIND.name();
  }

  @Override
  public Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("filters", filters);
    settings.putAll(window.settings());
    return settings;
  }

  @Override
  public Notation notation(Shape input) {
    int channels = LayerSpec.image(kind(), input).channels();
    return Notation.of(
        "nn.Conv2d("
            + channels
            + ", "
            + filters
            + ", kernel_size="
            + window.kernel()
            + window.pythonSteps(1)
            + ")",
        "Conv",
        window.onnxAttributes());
  }

  @Override
  public Layer on(Shape input) {
    return new Convolution(LayerSpec.image(kind(), input), window, filters);
  }

  private record Convolution(Shape.Image inputShape, Window window, int filters) implements Layer {
    Convolution {
      window.over(inputShape, filters);
      new Frame(inputShape, window, Lanes.COUNT); // may overflow
    }

    @Override
    public Shape.Image outputShape() {
      return window.over(inputShape, filters);
    }

    private int taps() {
      return Math.multiplyExact(inputShape.channels(), window.kernel() * window.kernel());
    }

    private int weights() {
      return Math.multiplyExact(filters, taps());
    }

    /** The most that one pixel is in, in a forward pass. */
    private int productsOfPixel() {
      return weights() / inputShape.channels();
    }

    @Override
    public List<Parameter> parameters() {
      int kernel = window.kernel();
      int fanOut = Math.multiplyExact(filters, kernel * kernel);
      List<Integer> shape = List.of(filters, inputShape.channels(), kernel, kernel);
      return List.of(
          new Parameter("weight", Parameter.Role.WEIGHT, shape, taps(), fanOut, 0),
          new Parameter("bias", Parameter.Role.BIAS, List.of(filters), taps(), fanOut, weights()));
    }

    @Override
    public long multiplyAdds() {
      return Math.multiplyExact((long) outputShape().size(), taps());
    }

    @Override
    public Pass newPass(Batch batch, VectorMemory memory) {
      return new ConvolutionPass(this, batch, memory);
    }
  }

  /**
   * The output is a sum, over the taps of the window, of shifted images scaled by a weight. The
   * weight gradient is a sum of products over positions and batch.
   *
   * <p>An input's gradient is one sum over the window's columns that {@link Reach} it, of each over
   * the rows, and of each over the filters. Weights are packed in this order, and where some rows
   * don't reach a band, without theirs.
   *
   * <p>Images and output gradients that are read many times are copied first to where vectors begin
   * cache lines; output gradients also where the filters' lie at multiples of a cache's way and
   * would push each other out of it, to a vector further apart.
   */
  private static final class ConvolutionPass implements Pass {
    /** Floats at this distance share their place in the nearest cache: 4 KiB on x86. */
    private static final int CACHE_WAY = 1_024;

    /** Products that a value is in from which on a copy pays, that makes them an eighth faster. */
    private static final int MANY = 100;

    private final Batch batch;
    private final Shape.Image input;
    private final Window window;
    private final int filters;
    private final int width;
    private final int weights;
    private final Frame frame;
    private final int positions;

    /** The batch's images in their frame; nothing where they are read in place. */
    private final Vectors pixels;

    /** Values from one filter's output gradient to the next one's. */
    private final int gradientPitch;

    /** Whether both gradients are computed from a copy of the output's, or the input's alone. */
    private final boolean copiesFirst;

    /** The copy of the output gradient; nothing where it is read in place. */
    private final Vectors gradient;

    private final float[] biases;
    private final Kernels.First first;
    private final Scales filterWeights;
    private final Distances taps;
    private final Columns columns;
    private final Distances places;

    private final Reach reach;

    /** The weights that reach a pixel, by the remainders of its row and column. */
    private final Scales[][] reachingWeights;

    /** Those for the rows of a band that not all rows reach. */
    private final Scales bandWeights;

    /** The terms of a pixel, by how many rows reach it: from the least of these rows back. */
    private final Distances[] reachingTerms;

    private final Vectors scratch;

    ConvolutionPass(Convolution layer, Batch batch, VectorMemory memory) {
      this.batch = batch;
      this.input = layer.inputShape;
      this.window = layer.window;
      this.filters = layer.filters;
      this.width = batch.width();
      this.weights = layer.weights();
      this.frame = new Frame(input, window, width);
      this.positions = frame.positions();
      Math.multiplyExact(filters, Math.multiplyExact(positions, width));
      boolean copiesImages = window.padding() > 0 || layer.productsOfPixel() >= MANY;
      this.pixels = memory.zeros(copiesImages ? frame.size() : 0);
      int filterSize = positions * width;
      boolean collides = filters > 1 && filterSize % CACHE_WAY == 0;
      this.gradientPitch = collides ? Math.addExact(filterSize, Lanes.COUNT) : filterSize;
      this.copiesFirst = layer.taps() >= MANY;
      boolean copies = (collides || copiesFirst) && !batch.scoresOnly();
      this.gradient = memory.zeros(copies ? Math.multiplyExact(filters, gradientPitch) : 0);
      this.scratch = memory.zeros(batch.scoresOnly() ? 0 : Kernels.SCRATCH);
      this.biases = new float[Math.multiplyExact(filters, Lanes.COUNT)];
      this.first = Kernels.First.ofRows(biases);
      this.filterWeights = Scales.of(filters, Distances.multiples(layer.taps(), 1));
      this.taps = Distances.of(tapsOfChannels());
      int[] starts = frame.starts(Lanes.COUNT);
      this.places = Distances.of(starts);
      this.columns = Columns.of(starts, Distances.multiples(starts.length, Lanes.COUNT));
      this.reach = new Reach(input, window, width);
      this.reachingWeights = reachingWeights();
      this.bandWeights = Scales.of(input.channels(), new int[weightsReaching(0, 0).length]);
      this.reachingTerms = new Distances[reach.most() + 1];
      Arrays.setAll(reachingTerms, this::terms);
    }

    private int[] tapsOfChannels() {
      int[] ofChannel = frame.taps();
      int[] taps = new int[input.channels() * ofChannel.length];
      for (int i = 0; i < taps.length; i++) {
        taps[i] = i / ofChannel.length * frame.channelSize() + ofChannel[i % ofChannel.length];
      }
      return taps;
    }

    private Scales[][] reachingWeights() {
      Scales[][] result = new Scales[reach.remainders()][reach.remainders()];
      for (int row = 0; row < result.length; row++) {
        for (int column = 0; column < result.length; column++) {
          result[row][column] = Scales.of(input.channels(), weightsReaching(row, column));
        }
      }
      return result;
    }

    /** Where a channel's weights are from its first one on: columns back, rows back, filters. */
    private int[] weightsReaching(int rowRemainder, int columnRemainder) {
      int rows = reach.windowPixels(rowRemainder);
      int columns = reach.windowPixels(columnRemainder);
      int[] distances = new int[Math.multiplyExact(columns * rows, filters)];
      for (int term = 0; term < distances.length; term++) {
        int back = term / filters;
        int row = rowRemainder + back % rows * window.stride();
        int column = columnRemainder + back / rows * window.stride();
        distances[term] = term % filters * taps.count() + row * window.kernel() + column;
      }
      return distances;
    }

    /** All columns back, of each so many rows back, of each all filters. */
    private Distances terms(int rows) {
      int[] terms = new int[reach.most() * rows * filters];
      for (int i = 0; i < terms.length; i++) {
        int back = reach.distance(i / filters % rows, i / filters / rows);
        terms[i] = i % filters * gradientPitch - back;
      }
      return Distances.of(terms);
    }

    @Override
    public void forward(Lanes images, float[] parameters, int at, Lanes output) {
      if (batch.hasNewWeights()) {
        pack(parameters, at);
      }
      if (pixels.count() > 0) {
        frame.copy(images.data(), pixels.values(), pixels.at());
      }
      KernelChoice.current()
          .sumScaled(
              filterWeights,
              values(pixels, images),
              at(pixels),
              taps,
              0,
              taps.count(),
              first,
              output.data(),
              0,
              positions * width,
              columns,
              false);
    }

    private void pack(float[] parameters, int at) {
      for (int filter = 0; filter < filters; filter++) {
        float bias = parameters[at + weights + filter];
        Arrays.fill(biases, filter * Lanes.COUNT, (filter + 1) * Lanes.COUNT, bias);
      }
      filterWeights.pack(parameters, at, taps.count(), filters);
    }

    @Override
    public void parameterGradient(Lanes images, Lanes outputGradient, Shares shares, int at) {
      int share = shares.only();
      float[] sums = shares.sum(share);
      boolean add = shares.adds(share);
      Kernels kernels = KernelChoice.current();
      int filterSize = positions * width;
      if (copiesFirst) {
        copy(outputGradient.data());
      }
      float[] g = copiesFirst ? gradient.values() : outputGradient.data();
      int gAt = copiesFirst ? gradient.at() : 0;
      int gRow = copiesFirst ? gradientPitch : filterSize;
      kernels.sumProducts(
          g,
          gAt,
          gRow,
          filters,
          values(pixels, images), // which the forward call has copied
          at(pixels),
          taps,
          places,
          sums,
          at,
          taps.count(),
          add,
          scratch);
      kernels.sumRows(
          g, gAt, gRow, filters, filterSize / Lanes.COUNT, sums, at + weights, add, scratch);
    }

    @Override
    public void inputGradient(
        Lanes output, Lanes outputGradient, float[] parameters, int at, Lanes inputGradient) {
      Kernels kernels = KernelChoice.current();
      if (batch.hasNewWeights()) {
        packReachingWeights(parameters, at);
      }
      if (gradient.count() > 0 && !copiesFirst) {
        copy(outputGradient.data());
      }
      for (Reach.Band band : reach.bands()) {
        Reach.Span rows = band.rows();
        int ofColumn = rows.count() * filters;
        Scales packed = packed(band);
        for (Reach.Part part : band.parts()) {
          kernels.sumScaled(
              packed,
              values(gradient, outputGradient),
              at(gradient) - reach.distance(rows.from(), 0),
              reachingTerms[rows.count()],
              part.columns().from() * ofColumn,
              part.columns().to() * ofColumn,
              Kernels.First.zero(),
              inputGradient.data(),
              0,
              input.pixels() * width,
              part.pixels(),
              false);
        }
      }
    }

    private Scales packed(Reach.Band band) {
      Reach.Span rows = band.rows();
      Scales all = reachingWeights[rows.remainder()][band.columnRemainder()];
      int ofAll = reach.windowPixels(rows.remainder());
      if (rows.count() == ofAll) {
        return all;
      }
      bandWeights.take(all, ofAll * filters, rows.from() * filters, rows.to() * filters);
      return bandWeights;
    }

    private void packReachingWeights(float[] parameters, int at) {
      for (Scales[] ofRow : reachingWeights) {
        for (Scales weights : ofRow) {
          weights.pack(parameters, at, window.kernel() * window.kernel(), input.channels());
        }
      }
    }

    private static float[] values(Vectors copy, Lanes original) {
      return copy.count() > 0 ? copy.values() : original.data();
    }

    private static int at(Vectors copy) {
      return copy.count() > 0 ? copy.at() : 0;
    }

    private void copy(float[] outputGradient) {
      int filterSize = positions * width;
      for (int filter = 0; filter < filters; filter++) {
        int to = gradient.at() + filter * gradientPitch;
        System.arraycopy(outputGradient, filter * filterSize, gradient.values(), to, filterSize);
      }
    }
  }
}
