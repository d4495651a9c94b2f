package io.lockstep.network;

import io.lockstep.base.InvalidInputException;
import java.io.Serializable;
import java.util.List;

/**
 * Trained networks that answer as one: the mean of their class probabilities, which is rarely worse
 * than the best of them. One network alone answers as itself.
 *
 * @param models at least one; of one input and as many classes
 */
public record Ensemble(List<TrainedNetwork> models) implements Serializable {
  /**
   * An ensemble.
   *
   * @throws InvalidInputException if a model has another input or other classes than the first
   */
  public Ensemble {
    models = List.copyOf(models);
    if (models.isEmpty()) {
      throw new InvalidInputException("An ensemble must have at least one model, but has none.");
    }
    Network first = models.get(0).network();
    for (int i = 1; i < models.size(); i++) {
      Network other = models.get(i).network();
      requireAlike(i, "number of classes", "" + first.classes(), "" + other.classes());
      requireAlike(i, "input", "a " + first.spec().input(), "a " + other.spec().input());
    }
  }

  private static void requireAlike(int number, String what, String first, String other) {
    if (!first.equals(other)) {
      throw new InvalidInputException(
          String.format(
              "Models whose probabilities are averaged must have the same %s, but model 1 has %s and"
                  + " model %d has %s. Leave one of them out.",
              what, first, number + 1, other));
    }
  }

  /** One model, as itself. */
  public static Ensemble of(TrainedNetwork model) {
    return new Ensemble(List.of(model));
  }

  /** The first model's network, whose input and classes are those of all. */
  public Network network() {
    return models.get(0).network();
  }

  /** Scores many examples; one scorer per thread. */
  public BatchScorer newScorer() {
    return new BatchScorer(models, BatchScorer.MAX_WIDTH);
  }
}
