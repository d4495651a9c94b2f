package io.lockstep.report;

import io.lockstep.data.LabeledImages;
import io.lockstep.network.BatchScorer;
import io.lockstep.network.TrainedNetwork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** The images that a run's report may show: its first training images, and test images. */
public final class Pictures {
  private static final int TRAINING = 12;
  private static final int TEST = 20;
  private static final int MISTAKES = 18;

  /** What test images may hold of the driver's memory: MNIST's are 8 MB. */
  private static final long MAX_BYTES = 16_000_000;

  /** How long the trained network may look at test images. */
  private static final long SCORING_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  private final LabeledImages training;
  private final LabeledImages test;

  private Pictures(LabeledImages training, LabeledImages test) {
    this.training = training;
    this.test = test;
  }

  /** Those of {@code training} and {@code test}; keeps no more than it needs. */
  public static Pictures of(LabeledImages training, LabeledImages test) {
    return new Pictures(
        first(training, TRAINING), first(test, MAX_BYTES / Math.max(1, test.imageSize())));
  }

  private static LabeledImages first(LabeledImages images, long atMost) {
    if (images.rows() <= atMost) {
      return images;
    }
    int rows = Math.toIntExact(atMost);
    return new LabeledImages(
        images.height(),
        images.width(),
        Arrays.copyOf(images.pixels(), rows * images.imageSize()),
        Arrays.copyOf(images.labels(), rows));
  }

  /**
   * An image.
   *
   * @param row of its split, from 0
   * @param pixels unsigned bytes, row after row
   */
  record Image(int row, int label, byte[] pixels) {}

  /**
   * What the trained network makes of a test image.
   *
   * @param loss in nats
   */
  record Answer(Image image, int prediction, double[] probabilities, double loss) {
    boolean isMistake() {
      return prediction != image.label();
    }
  }

  /**
   * What the trained network makes of the test images.
   *
   * @param looked how many it looked at
   * @param first the first ones
   * @param worst of the mistakes, those with the largest loss first
   */
  record Answers(int looked, List<Answer> first, List<Answer> worst) {}

  int height() {
    return test.height();
  }

  int width() {
    return test.width();
  }

  List<Image> training() {
    return images(training, TRAINING);
  }

  List<Image> test() {
    return images(test, TEST);
  }

  private static List<Image> images(LabeledImages of, int atMost) {
    List<Image> images = new ArrayList<>();
    for (int row = 0; row < Math.min(atMost, of.rows()); row++) {
      images.add(image(of, row));
    }
    return images;
  }

  private static Image image(LabeledImages of, int row) {
    int size = of.imageSize();
    return new Image(
        row, of.labels()[row], Arrays.copyOfRange(of.pixels(), row * size, (row + 1) * size));
  }

  /** Lets {@code network} look at the test images, one after another, for a moment. */
  Answers answers(TrainedNetwork network) {
    BatchScorer scorer = network.newScorer();
    List<Answer> first = new ArrayList<>();
    PriorityQueue<Answer> worst =
        new PriorityQueue<>(Comparator.comparingDouble(Answer::loss)); // the least bad goes first
    long end = System.nanoTime() + SCORING_NANOS;
    int looked = 0;
    while (looked < test.rows() && (looked < TEST || System.nanoTime() < end)) {
      int batch = score(scorer, looked);
      for (int i = 0; i < batch; i++) {
        int row = looked + i;
        boolean isMistake = scorer.prediction(i) != test.labels()[row];
        if (row < TEST || isMistake) {
          Answer answer = answer(scorer, i, row);
          if (row < TEST) {
            first.add(answer);
          }
          if (isMistake) {
            worst.add(answer);
          }
          if (worst.size() > MISTAKES) {
            worst.remove();
          }
        }
      }
      looked += batch;
    }
    List<Answer> sorted = new ArrayList<>(worst);
    sorted.sort(Comparator.comparingDouble(Answer::loss).reversed());
    return new Answers(looked, first, sorted);
  }

  private int score(BatchScorer scorer, int from) {
    scorer.clear();
    int size = test.imageSize();
    for (int row = from; row < test.rows() && !scorer.isFull(); row++) {
      scorer.add(Arrays.copyOfRange(test.pixels(), row * size, (row + 1) * size));
    }
    scorer.score();
    return scorer.examples();
  }

  private Answer answer(BatchScorer scorer, int example, int row) {
    return new Answer(
        image(test, row),
        scorer.prediction(example),
        scorer.probabilities(example),
        scorer.loss(example, test.labels()[row]));
  }
}
