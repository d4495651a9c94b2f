package io.lockstep.network;

import io.lockstep.BenchmarkedRun;
import io.lockstep.WorkDone;
import io.lockstep.base.Seeds;
import io.lockstep.lanes.Lanes;
import io.lockstep.lanes.VectorMemory;
import io.lockstep.lanes.WarmKernels;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Each call of a {@link Pass} that a step of {@code cnn}, {@code mlp} and {@code softmax} makes,
 * and those of convolutions of {@code residual} and {@code inception}, on the images that pass
 * together. A layer is named {@code RUN-NUMBER-KIND}, counted as it is computed: pooling comes
 * before the ReLU it follows in the run file. Flattening costs nothing.
 *
 * <pre>mvn -q -Pjmh test-compile exec:exec -Djmh=LayerBenchmark</pre>
 *
 * <p>One layer, or one of the three calls:
 *
 * <pre>mvn -q -Pjmh test-compile exec:exec -Djmh="LayerBenchmark -p layer=cnn-3-convolution"</pre>
 *
 * <pre>mvn -q -Pjmh test-compile exec:exec -Djmh=LayerBenchmark.inputGradient</pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class LayerBenchmark {
  /** A layer in the workspace of its network, after a whole batch has passed both ways. */
  abstract static class Bound {
    private Layer layer;
    private Pass pass;
    private int images;
    private int at;
    private float[] weights;
    private float[] sums;
    private Shares whole;
    private Lanes input;
    private Lanes output;
    private Lanes outputGradient;
    private Lanes inputGradient;

    final void bind(String name) throws InterruptedException {
      String[] parts = name.split("-", -1);
      BenchmarkedRun run = BenchmarkedRun.of(parts[0]);
      Network network = run.network();
      int number = Integer.parseInt(parts[1]);
      StagePlan.LayerStage stage = (StagePlan.LayerStage) network.plan().stages().get(number);
      layer = stage.layer();
      String kind = layer.getClass().getSimpleName();
      if (!kind.toLowerCase(Locale.ROOT).equals(parts[2].toLowerCase(Locale.ROOT))) {
        throw new IllegalStateException(name + " is a " + kind + " now: name it so");
      }
      images = run.batch();
      at = stage.parameterOffset();
      weights = Initializer.Scheme.DEFAULTS.draw(network, new Seeds(42));
      sums = new float[network.parameterCount()];
      whole = new Shares(1);
      whole.put(images, sums, false);
      Workspace workspace = network.newWorkspace(images);
      pass = layer.newPass(workspace.batch(), VectorMemory.large());
      input = workspace.value(stage.input().buffer());
      output = workspace.value(stage.output());
      inputGradient = workspace.gradient(stage.input().buffer());
      outputGradient = workspace.gradient(stage.output());
      WarmKernels.await();
      passBothWays(network, workspace);
      pass.forward(input, weights, at, output);
      if (layer.parameterCount() > 0) {
        pass.parameterGradient(input, outputGradient, whole, at);
      }
      if (stage.input().needsGradient()) {
        pass.inputGradient(output, outputGradient, weights, at, inputGradient);
      }
      workspace.batch().learn(images, false); // as in a step, whose shares have one packing
    }

    private void passBothWays(Network network, Workspace workspace) {
      SplittableRandom random = new SplittableRandom(7);
      draw(workspace.input(), random);
      network.logits(weights, workspace);
      draw(workspace.logitsGradient(), random);
      network.gradient(weights, workspace, whole);
    }

    private void draw(Lanes lanes, SplittableRandom random) {
      for (int i = 0; i < lanes.data().length; i++) {
        lanes.data()[i] = (float) random.nextDouble(-1, 1);
      }
      lanes.clear(images);
    }
  }

  /** Every layer. */
  @State(Scope.Thread)
  public static class Any extends Bound {
    @Param({
      "cnn-0-convolution",
      "cnn-1-maximum",
      "cnn-2-pointwise",
      "cnn-3-convolution",
      "cnn-4-maximum",
      "cnn-5-pointwise",
      "cnn-6-linear",
      "cnn-7-linear",
      "mlp-0-linear",
      "mlp-1-pointwise",
      "mlp-2-linear",
      "mlp-3-pointwise",
      "mlp-4-linear",
      "mlp-5-pointwise",
      "softmax-0-linear",
      "residual-3-convolution",
      "residual-8-convolution",
      "residual-11-convolution",
      "inception-7-convolution",
      "inception-10-convolution",
      "inception-12-convolution",
      "inception-19-convolution"
    })
    private String layer;

    @Setup
    public void setUp() throws InterruptedException {
      bind(layer);
    }
  }

  /** Those with parameters. */
  @State(Scope.Thread)
  public static class Learning extends Bound {
    @Param({
      "cnn-0-convolution",
      "cnn-3-convolution",
      "cnn-6-linear",
      "cnn-7-linear",
      "mlp-0-linear",
      "mlp-2-linear",
      "mlp-4-linear",
      "softmax-0-linear",
      "residual-3-convolution",
      "residual-8-convolution",
      "residual-11-convolution",
      "inception-7-convolution",
      "inception-10-convolution",
      "inception-12-convolution",
      "inception-19-convolution"
    })
    private String layer;

    @Setup
    public void setUp() throws InterruptedException {
      bind(layer);
    }
  }

  /** Those above the lowest that learns. */
  @State(Scope.Thread)
  public static class HandingDown extends Bound {
    @Param({
      "cnn-1-maximum",
      "cnn-2-pointwise",
      "cnn-3-convolution",
      "cnn-4-maximum",
      "cnn-5-pointwise",
      "cnn-6-linear",
      "cnn-7-linear",
      "mlp-1-pointwise",
      "mlp-2-linear",
      "mlp-3-pointwise",
      "mlp-4-linear",
      "mlp-5-pointwise",
      "residual-3-convolution",
      "residual-8-convolution",
      "residual-11-convolution",
      "inception-7-convolution",
      "inception-10-convolution",
      "inception-12-convolution",
      "inception-19-convolution"
    })
    private String layer;

    @Setup
    public void setUp() throws InterruptedException {
      bind(layer);
    }
  }

  @Benchmark
  public float[] forward(Any of, WorkDone work) {
    Bound bound = of;
    bound.pass.forward(bound.input, bound.weights, bound.at, bound.output);
    work.add(bound.images, 2 * bound.layer.multiplyAdds());
    return bound.output.data();
  }

  @Benchmark
  public float[] parameterGradient(Learning of, WorkDone work) {
    Bound bound = of;
    bound.pass.parameterGradient(bound.input, bound.outputGradient, bound.whole, bound.at);
    work.add(bound.images, 2 * bound.layer.multiplyAdds());
    return bound.sums;
  }

  @Benchmark
  public float[] inputGradient(HandingDown of, WorkDone work) {
    Bound bound = of;
    bound.pass.inputGradient(
        bound.output, bound.outputGradient, bound.weights, bound.at, bound.inputGradient);
    work.add(bound.images, 2 * bound.layer.multiplyAdds());
    return bound.inputGradient.data();
  }
}
