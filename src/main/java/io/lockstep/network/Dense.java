package io.lockstep.network;

import io.lockstep.lanes.Columns;
import io.lockstep.lanes.KernelChoice;
import io.lockstep.lanes.Kernels;
import io.lockstep.lanes.Lanes;
import io.lockstep.lanes.Terms;
import java.util.Arrays;
import java.util.List;

/**
 * {@code y = W x + b}, PyTorch's {@code nn.Linear}.
 *
 * <ul>
 *   <li>weight: {@code units x inputs}, input varying fastest
 *   <li>bias: {@code units}
 *   <li>parameters: {@code units * inputs + units}
 * </ul>
 */
record Dense(Shape.Vector inputShape, Shape.Vector outputShape) implements Layer {
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
        new Parameter("weight", List.of(units(), inputs()), inputs(), units(), 0),
        new Parameter("bias", List.of(units()), inputs(), units(), weights()));
  }

  @Override
  public Pass newPass(int width) {
    return new DensePass(inputs(), units(), width);
  }

  /**
   * Outputs and input gradients are sums of images scaled by a weight. A weight gradient is a sum,
   * over the images, of a whole row of inputs scaled by one output's gradient: for it the inputs
   * are turned into rows.
   */
  private static final class DensePass implements Pass {
    /** Values of all images that stay in the nearest cache while every unit reads them. */
    private static final int BLOCK = 4096;

    private final int inputs;
    private final int units;
    private final int width;
    private final int rowLength;
    private final int block;
    private final float[] biases;
    private final Kernels.First ofBiases;
    private final float[] rows;
    private final float[] paddedSums;
    private final Terms ofInputs;
    private final Terms ofUnits;
    private final Terms ofImages;
    private final Columns images;
    private final Columns inputColumns;
    private final float[] scratch = new float[Kernels.SCRATCH];

    DensePass(int inputs, int units, int width) {
      this.inputs = inputs;
      this.units = units;
      this.width = width;
      this.rowLength = Lanes.width(inputs);
      this.block = Math.max(1, BLOCK / width);
      this.biases = new float[Math.multiplyExact(units, Lanes.COUNT)];
      this.ofBiases = Kernels.First.ofRows(biases);
      this.rows = new float[Math.multiplyExact(width, rowLength)];
      this.paddedSums = new float[inRows() ? 0 : Math.multiplyExact(units, rowLength)];
      this.ofInputs = Terms.strided(inputs, 1, width);
      this.ofUnits = Terms.strided(units, inputs, width);
      this.ofImages = Terms.strided(width, 1, rowLength);
      this.images = columns(width);
      this.inputColumns = columns(rowLength);
    }

    private static Columns columns(int values) {
      int[] vectors = Terms.multiples(values / Lanes.COUNT, Lanes.COUNT);
      return Columns.of(vectors, vectors);
    }

    /** Whether rows of weights are whole vectors. */
    private boolean inRows() {
      return rowLength == inputs;
    }

    @Override
    public void forward(Lanes input, float[] parameters, int at, Lanes output) {
      for (int unit = 0; unit < units; unit++) {
        float bias = parameters[at + units * inputs + unit];
        Arrays.fill(biases, unit * Lanes.COUNT, (unit + 1) * Lanes.COUNT, bias);
      }
      Kernels kernels = KernelChoice.current();
      float[] y = output.data();
      for (int from = 0; from < inputs; from += block) {
        int to = Math.min(inputs, from + block);
        kernels.sumScaled(
            parameters,
            at,
            inputs,
            input.data(),
            0,
            ofInputs,
            from,
            to,
            from == 0 ? ofBiases : Kernels.First.result(),
            y,
            0,
            width,
            units,
            images,
            false);
      }
    }

    @Override
    public void parameterGradient(
        Lanes input, Lanes outputGradient, int count, float[] sums, int at, boolean add) {
      Kernels kernels = KernelChoice.current();
      input.copyTo(rows, rowLength, count);
      kernels.sumScaled(
          outputGradient.data(),
          0,
          width,
          rows,
          0,
          ofImages,
          0,
          count,
          Kernels.First.zero(),
          inRows() ? sums : paddedSums,
          inRows() ? at : 0,
          rowLength,
          units,
          inputColumns,
          inRows() && add);
      if (!inRows()) {
        takeRows(sums, at, add);
      }
      kernels.sumRows(
          outputGradient.data(),
          0,
          width,
          units,
          width / Lanes.COUNT,
          sums,
          at + units * inputs,
          add,
          scratch);
    }

    private void takeRows(float[] sums, int at, boolean add) {
      for (int unit = 0; unit < units; unit++) {
        int from = unit * rowLength;
        int to = at + unit * inputs;
        for (int i = 0; i < inputs; i++) {
          sums[to + i] = add ? sums[to + i] + paddedSums[from + i] : paddedSums[from + i];
        }
      }
    }

    @Override
    public void inputGradient(
        Lanes output, Lanes outputGradient, float[] parameters, int at, Lanes inputGradient) {
      KernelChoice.current()
          .sumScaled(
              parameters,
              at,
              1,
              outputGradient.data(),
              0,
              ofUnits,
              0,
              units,
              Kernels.First.zero(),
              inputGradient.data(),
              0,
              width,
              inputs,
              images,
              false);
    }
  }
}
