package io.lockstep.network;

import io.lockstep.base.Checks;
import io.lockstep.lanes.Columns;
import io.lockstep.lanes.Distances;
import io.lockstep.lanes.KernelChoice;
import io.lockstep.lanes.Kernels;
import io.lockstep.lanes.Lanes;
import io.lockstep.lanes.Scales;
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
    public Pass newPass(Batch batch) {
      return new ConvolutionPass(this, batch.width());
    }
  }

  /**
   * The output is a sum, over the taps of the window, of shifted images scaled by a weight. The
   * weight gradient is a sum of products over positions and batch.
   *
   * <p>The input gradient goes row by row of the input and column by column of the window: with the
   * window's column {@code j} fixed, the positions in a row reach every {@code stride}-th pixel
   * from {@code j} on, each through the same terms: the window's rows that meet the input's row,
   * times the filters. Rows whose number has the same remainder by the stride meet the same rows of
   * the window.
   *
   * <p>Where the filters' output gradients lie at multiples of a cache's way, they would push each
   * other out of it: they are copied a vector further apart first.
   */
  private static final class ConvolutionPass implements Pass {
    /** Floats at this distance share their place in the nearest cache: 4 KiB on x86. */
    private static final int CACHE_WAY = 1_024;

    private final Shape.Image input;
    private final Window window;
    private final int filters;
    private final int width;
    private final int weights;
    private final Frame frame;
    private final int positions;
    private final float[] framed;
    private final float[] framedGradient;

    /** Values from one filter's output gradient to the next one's, in {@link #spread}. */
    private final int gradientPitch;

    /** The output gradient further apart; empty where it can be read in place. */
    private final float[] spread;

    private final float[] biases;
    private final Kernels.First first;
    private final Scales filterWeights;
    private final Distances taps;
    private final Columns columns;
    private final Distances places;

    /** By remainder of the input's row and column of the window. */
    private final Scales[][] channelWeights;

    private final Distances rowTerms;
    private final Columns rowColumns;
    private final float[] scratch = new float[Kernels.SCRATCH];

    ConvolutionPass(Convolution layer, int width) {
      this.input = layer.inputShape;
      this.window = layer.window;
      this.filters = layer.filters;
      this.width = width;
      this.weights = layer.weights();
      this.frame = new Frame(input, window, width);
      this.positions = frame.positions();
      Math.multiplyExact(filters, Math.multiplyExact(positions, width));
      this.framed = frame.newFramed(0);
      this.framedGradient = frame.newFramed(0);
      int filterSize = positions * width;
      boolean collides = filters > 1 && filterSize % CACHE_WAY == 0;
      this.gradientPitch = collides ? Math.addExact(filterSize, Lanes.COUNT) : filterSize;
      this.spread = new float[collides ? Math.multiplyExact(filters, gradientPitch) : 0];
      this.biases = new float[Math.multiplyExact(filters, Lanes.COUNT)];
      this.first = Kernels.First.ofRows(biases);
      this.filterWeights = Scales.of(filters, Distances.multiples(layer.taps(), 1));
      this.taps = Distances.of(tapsOfChannels());
      int[] starts = frame.starts(Lanes.COUNT);
      this.places = Distances.of(starts);
      this.columns = Columns.of(starts, Distances.multiples(starts.length, Lanes.COUNT));
      this.channelWeights = channelWeights();
      this.rowTerms = rowTerms();
      this.rowColumns = rowColumns();
    }

    private int[] tapsOfChannels() {
      int[] ofChannel = frame.taps();
      int[] taps = new int[input.channels() * ofChannel.length];
      for (int i = 0; i < taps.length; i++) {
        taps[i] = i / ofChannel.length * frame.channelSize() + ofChannel[i % ofChannel.length];
      }
      return taps;
    }

    /** How many of the window's rows have a number with this remainder by the stride. */
    private int windowRows(int remainder) {
      return (window.kernel() - remainder + window.stride() - 1) / window.stride();
    }

    /** Terms (q, filter): the window's q-th row of a remainder, seen from q positions higher up. */
    private Distances rowTerms() {
      int outputRow = frame.output().width() * width;
      int[] terms = new int[Math.multiplyExact(windowRows(0), filters)];
      for (int term = 0; term < terms.length; term++) {
        terms[term] = term % filters * gradientPitch - term / filters * outputRow;
      }
      return Distances.of(terms);
    }

    private Scales[][] channelWeights() {
      int kernel = window.kernel();
      Scales[][] result = new Scales[Math.min(kernel, window.stride())][kernel];
      for (int remainder = 0; remainder < result.length; remainder++) {
        for (int j = 0; j < kernel; j++) {
          result[remainder][j] = Scales.of(input.channels(), rowScales(remainder, j));
        }
      }
      return result;
    }

    /** Where the scales of {@link #rowTerms} are, from a channel's first weight on. */
    private int[] rowScales(int remainder, int j) {
      int kernel = window.kernel();
      int[] scales = new int[Math.multiplyExact(windowRows(remainder), filters)];
      for (int term = 0; term < scales.length; term++) {
        int row = remainder + term / filters * window.stride();
        scales[term] = term % filters * taps.count() + row * kernel + j;
      }
      return scales;
    }

    private Columns rowColumns() {
      int perPosition = width / Lanes.COUNT;
      int[] from = new int[frame.output().width() * perPosition];
      int[] to = new int[from.length];
      for (int i = 0; i < from.length; i++) {
        int within = i % perPosition * Lanes.COUNT;
        from[i] = i / perPosition * width + within;
        to[i] = i / perPosition * window.stride() * width + within;
      }
      return Columns.of(from, to);
    }

    @Override
    public void forward(Lanes images, float[] parameters, int at, Lanes output) {
      for (int filter = 0; filter < filters; filter++) {
        float bias = parameters[at + weights + filter];
        Arrays.fill(biases, filter * Lanes.COUNT, (filter + 1) * Lanes.COUNT, bias);
      }
      filterWeights.pack(parameters, at, taps.count(), filters);
      KernelChoice.current()
          .sumScaled(
              filterWeights,
              frame.framed(images.data(), framed),
              0,
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

    @Override
    public void parameterGradient(
        Lanes images,
        Lanes outputGradient,
        int start,
        int count,
        float[] sums,
        int at,
        boolean add) {
      Kernels kernels = KernelChoice.current();
      int row = positions * width;
      float[] gradient = outputGradient.data();
      // The forward call has framed the images.
      float[] pixels = window.padding() == 0 ? images.data() : framed;
      kernels.sumProducts(
          gradient, 0, row, filters, pixels, 0, taps, places, sums, at, taps.count(), add, scratch);
      kernels.sumRows(
          gradient, 0, row, filters, row / Lanes.COUNT, sums, at + weights, add, scratch);
    }

    @Override
    public void inputGradient(
        Lanes output, Lanes outputGradient, float[] parameters, int at, Lanes inputGradient) {
      float[] result = window.padding() == 0 ? inputGradient.data() : framedGradient;
      Arrays.fill(result, 0);
      packChannelWeights(parameters, at);
      float[] gradient = spread(outputGradient.data());
      int stride = window.stride();
      int outputHeight = frame.output().height();
      int outputRow = frame.output().width() * width;
      for (int y = window.padding(); y < input.height() + window.padding(); y++) {
        int remainder = y % stride;
        int highest = y / stride;
        int from = Math.max(0, highest - outputHeight + 1);
        int to = Math.min(highest + 1, windowRows(remainder));
        if (from < to) {
          addRow(
              gradient,
              highest * outputRow,
              channelWeights[remainder],
              from * filters,
              to * filters,
              result,
              y * frame.rowLength());
        }
      }
      frame.unframe(framedGradient, inputGradient.data());
    }

    private float[] spread(float[] outputGradient) {
      if (spread.length == 0) {
        return outputGradient;
      }
      int filterSize = positions * width;
      for (int filter = 0; filter < filters; filter++) {
        System.arraycopy(
            outputGradient, filter * filterSize, spread, filter * gradientPitch, filterSize);
      }
      return spread;
    }

    private void packChannelWeights(float[] parameters, int at) {
      for (Scales[] ofRemainder : channelWeights) {
        for (Scales ofColumn : ofRemainder) {
          ofColumn.pack(parameters, at, window.kernel() * window.kernel(), input.channels());
        }
      }
    }

    private void addRow(
        float[] gradient,
        int gradientAt,
        Scales[] weightsByColumn,
        int from,
        int to,
        float[] result,
        int resultAt) {
      Kernels kernels = KernelChoice.current();
      for (int j = 0; j < weightsByColumn.length; j++) {
        int pixel = resultAt + j * width;
        kernels.sumScaled(
            weightsByColumn[j],
            gradient,
            gradientAt,
            rowTerms,
            from,
            to,
            Kernels.First.result(),
            result,
            pixel,
            frame.channelSize(),
            rowColumns,
            false);
      }
    }
  }
}
