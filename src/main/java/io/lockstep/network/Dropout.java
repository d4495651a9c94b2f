package io.lockstep.network;

import io.lockstep.base.Checks;
import io.lockstep.base.Seeds;
import io.lockstep.lanes.Lanes;
import io.lockstep.lanes.VectorMemory;
import java.util.Map;

/**
 * While learning, sets each value to 0 with probability {@code rate} and divides the others by
 * {@code 1 - rate}; scoring changes nothing: PyTorch's {@code nn.Dropout}. Srivastava et al.,
 * "Dropout" (JMLR 15, 2014), section 10 for the division.
 *
 * <p>Which values is decided by the example, the epoch and the run's seed: a step that is repeated
 * elsewhere drops the same.
 *
 * @param rate in [0, 1)
 */
public record Dropout(double rate) implements LayerSpec.Leaf {
  static final LayerSpec.Kind KIND =
      new LayerSpec.Kind("dropout", settings -> new Dropout(settings.doubleValue("rate")));

  public Dropout {
    Checks.require(rate >= 0 && rate < 1, "dropout rate must be in [0, 1)", rate);
  }

  @Override
  public String kind() {
    return KIND.name();
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of("rate", rate);
  }

  /** ONNX's operator, too, drops nothing when it is given no more than its input. */
  @Override
  public Notation notation(Shape input) {
    return Notation.of("nn.Dropout(" + rate + ")", "Dropout");
  }

  @Override
  public Layer on(Shape input) {
    return new Dropping(input, rate);
  }

  private record Dropping(Shape inputShape, double rate) implements Layer {
    @Override
    public Shape outputShape() {
      return inputShape;
    }

    @Override
    public boolean inPlace() {
      return true;
    }

    @Override
    public Pass newPass(Batch batch, VectorMemory memory) {
      return new DropoutPass(batch, inputShape.size(), rate);
    }
  }

  private static final class DropoutPass implements Pass {
    /** Of a number drawn; as many as a float has digits, to spare the other bits. */
    private static final int BITS = 24;

    private final Batch batch;
    private final int size;
    private final long first;
    private final int dropped;
    private final float scale;
    private final float[] factors;

    DropoutPass(Batch batch, int size, double rate) {
      this.batch = batch;
      this.size = size;
      this.first = (long) batch.newStream() << Integer.SIZE;
      this.dropped = (int) Math.rint(rate * (1 << BITS));
      this.scale = (float) (1 / (1 - rate));
      this.factors = new float[Math.multiplyExact(size, batch.width())];
    }

    @Override
    public void forward(Lanes input, float[] parameters, int at, Lanes output) {
      if (batch.isTraining()) {
        draw();
      }
      pass(input.data(), output.data());
    }

    private void draw() {
      int width = batch.width();
      for (int value = 0; value < size; value++) {
        for (int image = 0; image < width; image++) {
          long drawn = Seeds.number(batch.key(image), first + value) >>> (Long.SIZE - BITS);
          factors[value * width + image] = drawn < dropped ? 0 : scale;
        }
      }
    }

    private void pass(float[] x, float[] y) {
      if (batch.isTraining()) {
        for (int i = 0; i < factors.length; i++) {
          y[i] = x[i] * factors[i];
        }
      } else if (x != y) {
        System.arraycopy(x, 0, y, 0, factors.length);
      }
    }

    @Override
    public void inputGradient(
        Lanes output, Lanes outputGradient, float[] parameters, int at, Lanes inputGradient) {
      pass(outputGradient.data(), inputGradient.data());
    }
  }
}
