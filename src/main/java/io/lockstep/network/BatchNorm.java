package io.lockstep.network;

import io.lockstep.base.Checks;
import io.lockstep.lanes.Lanes;
import io.lockstep.lanes.VectorMemory;
import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Batch normalisation: each channel less its mean, divided by its deviation, then scaled and
 * shifted as learned. Ioffe and Szegedy, "Batch Normalization" (arXiv:1502.03167), algorithms 1 and
 * 2; PyTorch's {@code nn.BatchNorm2d} and {@code nn.BatchNorm1d}.
 *
 * <p>While learning, mean and (biased) variance are those of a shard's share of the minibatch:
 * Hoffer et al., "Train longer, generalize better" (arXiv:1705.08741), section 4, ghost batch
 * normalisation. So they need no exchange, and do not depend on the workers; with one shard they
 * are PyTorch's. Scoring takes the running ones.
 *
 * <ul>
 *   <li>weight, bias: {@code channels} each
 *   <li>running_mean, running_var (of unbiased variances): {@code channels} each, observed
 * </ul>
 *
 * @param shape of an example: an image, or a vector whose values are the channels
 * @param settings of the layer
 */
record BatchNorm(Shape shape, int channels, Settings settings) implements Layer {
  /**
   * What a configuration sets.
   *
   * @param momentum of what a step observes in the running statistics; in (0, 1]
   * @param epsilon added to a variance; finite and &gt; 0
   */
  record Settings(double momentum, double epsilon) implements Serializable {
    static final Settings DEFAULTS = new Settings(0.1, 1e-5);

    Settings {
      Checks.require(
          momentum > 0 && momentum <= 1,
          "batch normalisation's momentum must be in (0, 1]",
          momentum);
      Checks.requirePositive("batch normalisation's epsilon", epsilon);
    }

    static Settings of(io.lockstep.base.Settings settings) {
      return new Settings(
          settings.doubleValue("momentum", DEFAULTS.momentum),
          settings.doubleValue("epsilon", DEFAULTS.epsilon));
    }

    Notation notation(String module, int channels) {
      return Notation.of(
          module + "(" + channels + ", eps=" + epsilon + ", momentum=" + momentum + ")",
          "BatchNormalization",
          Map.of("epsilon", epsilon));
    }

    Map<String, Object> toMap() {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("momentum", momentum);
      map.put("epsilon", epsilon);
      return map;
    }
  }

  @Override
  public Shape inputShape() {
    return shape;
  }

  @Override
  public Shape outputShape() {
    return shape;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        parameter("weight", Parameter.Role.SCALE, 0),
        parameter("bias", Parameter.Role.SHIFT, 1),
        parameter("running_mean", Parameter.Role.RUNNING_MEAN, 2),
        parameter("running_var", Parameter.Role.RUNNING_VARIANCE, 3));
  }

  private Parameter parameter(String name, Parameter.Role role, int place) {
    return new Parameter(name, role, List.of(channels), 1, 1, Math.multiplyExact(place, channels));
  }

  @Override
  public double statisticsMomentum() {
    return settings.momentum;
  }

  /** What it needs of the input, it keeps. */
  @Override
  public boolean readsInput() {
    return false;
  }

  @Override
  public boolean needsWholeShare() {
    return true;
  }

  @Override
  public Pass newPass(Batch batch, VectorMemory memory) {
    return new BatchNormPass(this, batch);
  }

  private static final class BatchNormPass implements Pass {
    private final Batch batch;
    private final int width;
    private final int channels;
    private final int channelSize;
    private final int pixels;
    private final double epsilon;
    private final float[] normalised;
    private final float[] sums;
    private final float[] means;
    private final float[] variances;
    private final float[] scales;
    private final float[] gradientMeans;
    private final float[] productMeans;

    BatchNormPass(BatchNorm layer, Batch batch) {
      this.batch = batch;
      this.width = batch.width();
      this.channels = layer.channels;
      this.pixels = layer.shape.size() / channels;
      this.channelSize = Math.multiplyExact(pixels, width);
      this.epsilon = layer.settings.epsilon;
      this.normalised = new float[Math.multiplyExact(channels, channelSize)];
      this.sums = new float[width];
      this.means = new float[channels];
      this.variances = new float[channels];
      this.scales = new float[channels];
      this.gradientMeans = new float[channels];
      this.productMeans = new float[channels];
    }

    @Override
    public void forward(Lanes input, float[] parameters, int at, Lanes output) {
      for (int channel = 0; channel < channels; channel++) {
        if (batch.isTraining()) {
          observe(input.data(), channel);
        } else {
          means[channel] = parameters[at + 2 * channels + channel];
          variances[channel] = parameters[at + 3 * channels + channel];
        }
        double deviation = Math.sqrt(variances[channel] + epsilon);
        scales[channel] = (float) (parameters[at + channel] / deviation);
        normalise(input.data(), channel, (float) (1 / deviation));
        shift(
            channel, parameters[at + channel], parameters[at + channels + channel], output.data());
      }
    }

    /** Mean and biased variance of a channel over the batch's examples. */
    private void observe(float[] x, int channel) {
      double values = (double) batch.images() * pixels;
      float mean = (float) (sum(x, channel) / values);
      Arrays.fill(sums, 0);
      for (int from = channel * channelSize; from < (channel + 1) * channelSize; from += width) {
        for (int image = 0; image < width; image++) {
          float difference = x[from + image] - mean;
          sums[image] += difference * difference;
        }
      }
      means[channel] = mean;
      variances[channel] = (float) (ofExamples() / values);
    }

    private void normalise(float[] x, int channel, float scale) {
      float mean = means[channel];
      for (int i = channel * channelSize; i < (channel + 1) * channelSize; i++) {
        normalised[i] = (x[i] - mean) * scale;
      }
    }

    private void shift(int channel, float weight, float bias, float[] y) {
      for (int i = channel * channelSize; i < (channel + 1) * channelSize; i++) {
        y[i] = normalised[i] * weight + bias;
      }
    }

    /**
     * Where a statistic would have its gradient, it has its value, weighted as the examples are.
     */
    @Override
    public void parameterGradient(Lanes input, Lanes outputGradient, Shares shares, int at) {
      int share = shares.only();
      float[] gradientSum = shares.sum(share);
      boolean add = shares.adds(share);
      float[] g = outputGradient.data();
      double values = (double) shares.images() * pixels;
      for (int channel = 0; channel < channels; channel++) {
        double gradients = sum(g, channel);
        double products = sumOfProducts(g, channel);
        gradientMeans[channel] = (float) (gradients / values);
        productMeans[channel] = (float) (products / values);
        double unbiased = variances[channel] * (values / (values - 1));
        put(gradientSum, at + channel, products, add);
        put(gradientSum, at + channels + channel, gradients, add);
        put(gradientSum, at + 2 * channels + channel, batch.weight() * means[channel], add);
        put(gradientSum, at + 3 * channels + channel, batch.weight() * unbiased, add);
      }
    }

    private static void put(float[] gradientSum, int at, double value, boolean add) {
      gradientSum[at] = add ? gradientSum[at] + (float) value : (float) value;
    }

    private double sum(float[] values, int channel) {
      Arrays.fill(sums, 0);
      for (int from = channel * channelSize; from < (channel + 1) * channelSize; from += width) {
        for (int image = 0; image < width; image++) {
          sums[image] += values[from + image];
        }
      }
      return ofExamples();
    }

    private double sumOfProducts(float[] g, int channel) {
      Arrays.fill(sums, 0);
      for (int from = channel * channelSize; from < (channel + 1) * channelSize; from += width) {
        for (int image = 0; image < width; image++) {
          sums[image] += g[from + image] * normalised[from + image];
        }
      }
      return ofExamples();
    }

    /** The sum of the examples': what stands in the lanes beyond them is no data. */
    private double ofExamples() {
      double sum = 0;
      for (int image = 0; image < batch.images(); image++) {
        sum += sums[image];
      }
      return sum;
    }

    /** Zero beyond the examples, whatever the means are: no layer below may see anything there. */
    @Override
    public void inputGradient(
        Lanes output, Lanes outputGradient, float[] parameters, int at, Lanes inputGradient) {
      float[] g = outputGradient.data();
      float[] dx = inputGradient.data();
      for (int channel = 0; channel < channels; channel++) {
        float scale = scales[channel];
        float gradientMean = gradientMeans[channel];
        float productMean = productMeans[channel];
        for (int i = channel * channelSize; i < (channel + 1) * channelSize; i++) {
          dx[i] = scale * (g[i] - gradientMean - normalised[i] * productMean);
        }
      }
      inputGradient.clear(batch.images());
    }
  }
}
