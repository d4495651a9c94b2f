package io.lockstep.network;

import io.lockstep.base.Checks;
import io.lockstep.base.InvalidInputException;
import io.lockstep.lanes.Columns;
import io.lockstep.lanes.Distances;
import io.lockstep.lanes.KernelChoice;
import io.lockstep.lanes.Kernels;
import io.lockstep.lanes.Lanes;
import io.lockstep.lanes.Scales;
import io.lockstep.lanes.VectorMemory;
import io.lockstep.lanes.Vectors;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * {@code y = W x + b}, PyTorch's {@code nn.Linear}.
 *
 * <ul>
 *   <li>weight: {@code units x inputs}, input varying fastest
 *   <li>bias: {@code units}
 * </ul>
 *
 * @param units outputs; &ge; 1
 */
public record Dense(int units) implements LayerSpec.Leaf {
  static final LayerSpec.Kind KIND =
      new LayerSpec.Kind("dense", settings -> new Dense(settings.intValue("units")));

  public Dense {
    Checks.requireAtLeastOne("dense units", units);
  }

  @Override
  public String kind() {
    return KIND.name();
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of("units", units);
  }

  @Override
  public Notation notation(Shape input) {
    return Notation.of(
        "nn.Linear(" + input.size() + ", " + units + ")", "Gemm", Map.of("transB", 1));
  }

  @Override
  public Layer on(Shape input) {
    if (input instanceof Shape.Vector vector) {
      return new Linear(vector, new Shape.Vector(units));
    }
    throw new InvalidInputException(
        "dense must follow a vector, but its input is a " + input + ". Put flatten before it.");
  }

  private record Linear(Shape.Vector inputShape, Shape.Vector outputShape) implements Layer {
    private int inputs() {
      return inputShape.size();
    }

    private int units() {
      return outputShape.size();
    }

    private int weights() {
      return Math.multiplyExact(units(), inputs());
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(
          new Parameter(
              "weight", Parameter.Role.WEIGHT, List.of(units(), inputs()), inputs(), units(), 0),
          new Parameter(
              "bias", Parameter.Role.BIAS, List.of(units()), inputs(), units(), weights()));
    }

    @Override
    public long multiplyAdds() {
      return (long) units() * inputs();
    }

    @Override
    public boolean sumsAnyImages() {
      return true;
    }

    @Override
    public Pass newPass(Batch batch, VectorMemory memory) {
      return new DensePass(inputs(), units(), batch, memory);
    }
  }

  /**
   * Outputs and input gradients are sums of images scaled by a weight. A weight gradient is a sum,
   * over the images, of a row of inputs scaled by one output's gradient: for it the inputs are
   * turned into rows, with a 1 behind each for the bias. What of a row fills whole vectors is
   * summed where it belongs, its tail apart.
   */
  private static final class DensePass implements Pass {
    /** Rows that registers hold at once. */
    private static final int BLOCK = 10;

    /** Scales that fit into half of a nearest cache. */
    private static final int PACKED = 6_144;

    /** Sums that fit into a part of a second cache, beside what they are sums of. */
    private static final int SUMMED = 16_384;

    /** Weights that stay packed from batch to batch: they fit into a part of a second cache. */
    private static final int KEPT = 32_768;

    /** The same from the second batch on, where they never change. */
    private static final int KEPT_TO_SCORE = 1 << 19;

    private final Batch batch;
    private final int inputs;
    private final int units;
    private final int width;
    private final int whole;
    private final int rowLength;
    private final float[] biases;
    private final Kernels.First ofBiases;
    private final Vectors rows;
    private final float[] tails;
    private final Blocks weights;
    private final Scales gradients;
    private final Blocks turnedWeights;
    private final Distances ofInputs;
    private final Distances ofUnits;
    private final Distances ofImages;
    private final Columns images;
    private final Columns wholeColumns;
    private final Columns tailColumn;

    DensePass(int inputs, int units, Batch batch, VectorMemory memory) {
      this.batch = batch;
      this.inputs = inputs;
      this.units = units;
      this.width = batch.width();
      this.whole = inputs / Lanes.COUNT * Lanes.COUNT;
      this.rowLength = Math.addExact(whole, Lanes.COUNT);
      this.rows = memory.zeros(batch.scoresOnly() ? 0 : Math.multiplyExact(width, rowLength));
      for (int i = inputs; i < rows.count(); i += rowLength) {
        rows.values()[rows.at() + i] = 1;
      }
      int kept = batch.scoresOnly() ? KEPT_TO_SCORE : KEPT;
      this.weights = new Blocks(units, inputs, 1, kept);
      int summed = Math.min(cachedRows(units, width), cachedSums(inputs));
      this.gradients = Scales.of(summed, Distances.multiples(width, 1));
      this.turnedWeights = new Blocks(inputs, units, inputs, kept);
      this.biases = new float[weights.most * Lanes.COUNT];
      this.ofBiases = Kernels.First.ofRows(biases);
      this.tails = new float[summed * Lanes.COUNT];
      this.ofInputs = Distances.strided(inputs, width);
      this.ofUnits = Distances.strided(units, width);
      this.ofImages = Distances.strided(width, rowLength);
      this.images = columns(width);
      this.wholeColumns = columns(whole);
      this.tailColumn = Columns.of(new int[] {whole}, new int[1]);
    }

    private static Columns columns(int values) {
      int[] vectors = Distances.multiples(values / Lanes.COUNT, Lanes.COUNT);
      return Columns.of(vectors, vectors);
    }

    /** Rows of which the packed scales stay in the nearest cache until all columns are summed. */
    private static int cachedRows(int rows, int terms) {
      return Math.min(rows, Math.max(BLOCK, PACKED / terms / BLOCK * BLOCK));
    }

    /** Rows of sums that stay in a near cache until every share has added its own. */
    private static int cachedSums(int terms) {
      return Math.max(BLOCK, SUMMED / terms / BLOCK * BLOCK);
    }

    /** The weights of some rows at a time, packed when they are needed. */
    private static final class Blocks {
      private final int rows;
      private final int[] distances;
      private final int most;
      private final boolean areFew;
      private final boolean areKept;
      private final Scales spare;
      private final Scales[] blocks;

      /**
       * Of {@code rows} rows of {@code terms} weights, {@code stride} apart.
       *
       * @param kept the most weights that are kept from batch to batch
       */
      Blocks(int rows, int terms, int stride, int kept) {
        long weights = (long) rows * terms;
        this.rows = rows;
        this.distances = Distances.multiples(terms, stride);
        this.most = cachedRows(rows, terms);
        this.areFew = weights <= KEPT;
        this.areKept = weights <= kept;
        this.spare = Scales.of(most, distances);
        this.blocks = new Scales[areKept ? (rows + most - 1) / most : 0];
      }

      /**
       * The block that begins with {@code row}, until the next call. Many weights are kept when
       * they are needed a second time: one example alone is not worth the memory.
       *
       * @param differ whether the weights may not be those of the last call
       * @param w where the first row starts at {@code at}, the others {@code rowStride} apart
       */
      Scales at(int row, boolean differ, float[] w, int at, int rowStride) {
        int block = row / most;
        boolean isKept = areKept && blocks[block] != null;
        if (isKept && !differ) {
          return blocks[block];
        }
        boolean keeps = areKept && (areFew || !differ);
        Scales packed = isKept ? blocks[block] : keeps ? Scales.of(most, distances) : spare;
        packed.pack(w, at + row * rowStride, rowStride, Math.min(most, rows - row));
        if (keeps) {
          blocks[block] = packed;
        }
        return packed;
      }
    }

    @Override
    public void forward(Lanes input, float[] parameters, int at, Lanes output) {
      for (int unit = 0; unit < units; unit += weights.most) {
        int some = Math.min(weights.most, units - unit);
        for (int i = 0; i < some; i++) {
          float bias = parameters[at + units * inputs + unit + i];
          Arrays.fill(biases, i * Lanes.COUNT, (i + 1) * Lanes.COUNT, bias);
        }
        KernelChoice.current()
            .sumScaled(
                weights.at(unit, batch.hasNewWeights(), parameters, at, inputs),
                input.data(),
                0,
                ofInputs,
                0,
                inputs,
                ofBiases,
                output.data(),
                unit * width,
                width,
                images,
                false);
      }
    }

    /** All shares sum some rows before any sums the next: what they share stays in a cache. */
    @Override
    public void parameterGradient(Lanes input, Lanes outputGradient, Shares shares, int at) {
      input.copyTo(rows.values(), rows.at(), rowLength, 0, shares.images());
      for (int unit = 0; unit < units; unit += gradients.mostRows()) {
        int some = Math.min(gradients.mostRows(), units - unit);
        gradients.pack(outputGradient.data(), unit * width, width, some);
        for (int share = 0; share < shares.count(); share++) {
          int first = shares.first(share);
          int end = shares.end(share);
          float[] sums = shares.sum(share);
          boolean add = shares.adds(share);
          sumImages(first, end, sums, at + unit * inputs, inputs, wholeColumns, add);
          sumImages(first, end, tails, 0, Lanes.COUNT, tailColumn, false);
          takeTails(unit, some, sums, at, add);
        }
      }
    }

    private void sumImages(
        int first, int end, float[] sums, int at, int row, Columns columns, boolean add) {
      KernelChoice.current()
          .sumScaled(
              gradients,
              rows.values(),
              rows.at(),
              ofImages,
              first,
              end,
              Kernels.First.zero(),
              sums,
              at,
              row,
              columns,
              add);
    }

    private void takeTails(int unit, int some, float[] sums, int at, boolean add) {
      int bias = at + units * inputs + unit;
      for (int i = 0; i < some; i++) {
        int tail = i * Lanes.COUNT - whole;
        int row = at + (unit + i) * inputs;
        for (int k = whole; k < inputs; k++) {
          sums[row + k] = add ? sums[row + k] + tails[tail + k] : tails[tail + k];
        }
        float ofBias = tails[tail + inputs];
        sums[bias + i] = add ? sums[bias + i] + ofBias : ofBias;
      }
    }

    @Override
    public void inputGradient(
        Lanes output, Lanes outputGradient, float[] parameters, int at, Lanes inputGradient) {
      for (int row = 0; row < inputs; row += turnedWeights.most) {
        KernelChoice.current()
            .sumScaled(
                turnedWeights.at(row, batch.hasNewWeights(), parameters, at, 1),
                outputGradient.data(),
                0,
                ofUnits,
                0,
                units,
                Kernels.First.zero(),
                inputGradient.data(),
                row * width,
                width,
                images,
                false);
      }
    }
  }
}
