package io.lockstep;

import com.typesafe.config.ConfigFactory;
import io.lockstep.base.Settings;
import io.lockstep.data.Augmentation;
import io.lockstep.data.Dealer;
import io.lockstep.data.Digits;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.Split;
import io.lockstep.lanes.KernelChoice;
import io.lockstep.network.Initializer;
import io.lockstep.network.Network;
import io.lockstep.network.NetworkSpec;
import io.lockstep.network.Normalization;
import io.lockstep.network.Safetensors;
import io.lockstep.training.LocalTrainer;
import io.lockstep.training.RunPlan;
import io.lockstep.training.TrainingConfig;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingSession;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Trains on generated digits and prints the SHA-256 of the weights: {@code BitsMain STEPS vectors
 * NAME=CONF...}. {@code vectors} waits until the kernels in vectors run, and fails where they never
 * do; any other word takes what there is.
 */
public final class BitsMain {
  private static final int ROWS = 1000;
  private static final long PATIENCE_NANOS = 90_000_000_000L;

  private BitsMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    if (arguments[1].equals("vectors")) {
      awaitVectors();
    }
    LabeledImages digits = Digits.draw(Split.TRAIN, ROWS);
    for (int i = 2; i < arguments.length; i++) {
      String[] named = arguments[i].split("=", 2);
      System.out.println(
          named[0] + " " + sha256(Path.of(named[1]), digits, Long.parseLong(arguments[0])));
    }
  }

  private static void awaitVectors() throws InterruptedException {
    long start = System.nanoTime();
    while (KernelChoice.current().getClass().getSimpleName().equals("PlainKernels")) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new IllegalStateException("no vectors: " + KernelChoice.description());
      }
      Thread.sleep(10);
    }
  }

  /**
   * For a network of few inputs or classes: the pixels in the middle, the labels modulo classes.
   */
  private static LabeledImages fitting(LabeledImages images, Network network) {
    int size = network.inputSize();
    if (size == images.imageSize()) {
      return images;
    }
    byte[] pixels = new byte[images.rows() * size];
    for (int row = 0; row < images.rows(); row++) {
      int first = row * images.imageSize() + (images.imageSize() - size) / 2;
      System.arraycopy(images.pixels(), first, pixels, row * size, size);
    }
    int[] labels = Arrays.stream(images.labels()).map(label -> label % network.classes()).toArray();
    return new LabeledImages(1, size, pixels, labels);
  }

  private static String sha256(Path conf, LabeledImages digits, long steps) {
    Settings run = Settings.of(ConfigFactory.parseFile(conf.toFile()));
    Network network = Network.of(NetworkSpec.of(run.section("network")));
    Normalization normalization = Normalization.of(run.section("data").section("normalize"));
    Initializer.Scheme init = Initializer.Scheme.of(run.section("init"));
    TrainingConfig training = TrainingConfig.of(run.section("training"));
    RunPlan plan =
        RunPlan.of(network, normalization, training, ROWS)
            .withAugmentation(Augmentation.of(run.section("data").section("augment")));
    TrainingSession session =
        new TrainingSession(
            training,
            plan,
            init.draw(network, training.seeds()),
            false,
            OptionalLong.of(steps),
            new TrainingListener() {});
    LabeledImages test = Digits.draw(Split.TEST, 20);
    float[] weights =
        LocalTrainer.train(
                session,
                plan,
                Dealer.group(fitting(digits, network), fitting(test, network), training.shards()))
            .weights();
    return Safetensors.sha256(weights);
  }
}
