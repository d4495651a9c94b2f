package io.lockstep.network;

import io.lockstep.base.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Describes networks in Java, as a run file's {@code network} does in HOCON:
 *
 * <pre>{@code
 * NetworkSpec cnn =
 *     Networks.image(1, 28, 28)
 *         .conv2d(10, 5).relu().maxPool2d(2)
 *         .residual(f -> f.conv2d(10, 3, 1, 1).relu().conv2d(10, 3, 1, 1))
 *         .flatten().dense(10)
 *         .spec();
 * }</pre>
 */
public final class Networks {
  private Networks() {}

  /** Begins a network of images of {@code channels x height x width}. */
  public static Layers image(int channels, int height, int width) {
    return new Layers(new Shape.Image(channels, height, width));
  }

  /** Begins a network of vectors of {@code size} values. */
  public static Layers vector(int size) {
    return new Layers(new Shape.Vector(size));
  }

  /**
   * A list of layers under way; each call adds one behind the others. What a layer's numbers may be
   * is said at its record, whose message a wrong one gets.
   */
  public static final class Layers {
    private final Shape input;
    private final List<LayerSpec> layers = new ArrayList<>();

    private Layers(Shape input) {
      this.input = input;
    }

    /** Adds any layer. */
    public Layers add(LayerSpec layer) {
      layers.add(layer);
      return this;
    }

    /** Adds a {@link Dense}. */
    public Layers dense(int units) {
      return add(new Dense(units));
    }

    /** Adds a {@link Conv2d} with stride 1 and no padding. */
    public Layers conv2d(int filters, int kernel) {
      return conv2d(filters, kernel, 1, 0);
    }

    /** Adds a {@link Conv2d}. */
    public Layers conv2d(int filters, int kernel, int stride, int padding) {
      return add(new Conv2d(filters, kernel, stride, padding));
    }

    /** Adds a {@link MaxPool2d} of windows side by side. */
    public Layers maxPool2d(int kernel) {
      return maxPool2d(kernel, kernel, 0);
    }

    /** Adds a {@link MaxPool2d}. */
    public Layers maxPool2d(int kernel, int stride, int padding) {
      return add(new MaxPool2d(kernel, stride, padding));
    }

    /** Adds an {@link AvgPool2d} of windows side by side. */
    public Layers avgPool2d(int kernel) {
      return avgPool2d(kernel, kernel, 0);
    }

    /** Adds an {@link AvgPool2d}. */
    public Layers avgPool2d(int kernel, int stride, int padding) {
      return add(new AvgPool2d(kernel, stride, padding));
    }

    /** Adds a {@link GlobalAvgPool2d}. */
    public Layers globalAvgPool2d() {
      return add(new GlobalAvgPool2d());
    }

    /** Adds a {@link BatchNorm2d} with PyTorch's momentum and epsilon. */
    public Layers batchNorm2d() {
      return add(BatchNorm2d.DEFAULT);
    }

    /** Adds a {@link BatchNorm1d} with PyTorch's momentum and epsilon. */
    public Layers batchNorm1d() {
      return add(BatchNorm1d.DEFAULT);
    }

    /** Adds a {@link Relu}. */
    public Layers relu() {
      return add(new Relu());
    }

    /** Adds a {@link LeakyRelu}. */
    public Layers leakyRelu(double slope) {
      return add(new LeakyRelu(slope));
    }

    /** Adds a {@link Tanh}. */
    public Layers tanh() {
      return add(new Tanh());
    }

    /** Adds a {@link Sigmoid}. */
    public Layers sigmoid() {
      return add(new Sigmoid());
    }

    /** Adds a {@link Dropout}. */
    public Layers dropout(double rate) {
      return add(new Dropout(rate));
    }

    /** Adds a {@link Flatten}. */
    public Layers flatten() {
      return add(new Flatten());
    }

    /** Adds a {@link Residual} of the layers that {@code body} adds. */
    public Layers residual(Consumer<Layers> body) {
      return add(new Residual(list(body)));
    }

    /** Adds a {@link Concat} of branches, each of the layers that one of {@code branches} adds. */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public final Layers concat(Consumer<Layers>... branches) {
      List<List<LayerSpec>> lists = new ArrayList<>();
      for (Consumer<Layers> branch : branches) {
        lists.add(list(branch));
      }
      return add(new Concat(lists));
    }

    private List<LayerSpec> list(Consumer<Layers> adds) {
      Layers inner = new Layers(input);
      adds.accept(inner);
      return inner.layers;
    }

    /**
     * The description, to be given to {@link Network#of} or to an estimator.
     *
     * @throws InvalidInputException if no layer was added
     */
    public NetworkSpec spec() {
      return new NetworkSpec(input, layers);
    }
  }
}
