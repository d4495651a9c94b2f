package io.lockstep.distributed;

import io.lockstep.base.Checks;
import io.lockstep.base.InvalidInputException;
import io.lockstep.training.TrainingConfig;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where gradients are added up and weights are moved on. The bits are the same. */
public enum Topology {
  /**
   * {@link #PEERS} for one or two workers in JVMs of their own; for more {@link #SLICES} where they
   * move fewer bytes; else {@link #DRIVER}.
   */
  AUTO,
  /** A star: every worker sends whole sums to the driver, and gets whole weights back. */
  DRIVER,
  /**
   * Each worker owns a slice of the weights and of the optimizer's memory: all send it their sums
   * of that slice, and get its new weights back. Li et al., "Scaling Distributed Machine Learning
   * with the Parameter Server" (OSDI 2014), with the servers among the workers and every step
   * waited for; the split of the optimizer's memory is Rajbhandari et al., "ZeRO"
   * (arXiv:1910.02054v3), stage 1.
   */
  SLICES,
  /**
   * Each worker tells all others its whole sums, and makes the whole step for itself: one message
   * on the way, where the others have two after each other. An all-gather, as of Thakur et al.,
   * "Optimization of Collective Communication Operations in MPICH" (IJHPCA 2005); each worker gets
   * the gradients of all, so the bytes grow with their number.
   */
  PEERS;

  /** For more workers, what peers move has not been measured; for two, nothing moves less. */
  private static final int MOST_PEERS = 2;

  /** What the cost model takes for the network, bytes a second: 10 Gbit/s. */
  private static final double BYTES_PER_SECOND = 1.25e9;

  /** What it takes for a message more that a worker sends and gets in a step, in seconds. */
  private static final double SECONDS_PER_MESSAGE = 125e-6;

  /**
   * A topology that was settled, never auto.
   *
   * @param reason for it, for a person
   */
  record Choice(Topology topology, String reason) {}

  /**
   * Settles {@code wish}.
   *
   * @param local whether driver and workers are one process
   * @throws InvalidInputException if it can't be met
   */
  static Choice choose(
      Topology wish, Crew crew, boolean local, TrainingConfig training, int parameters) {
    if (wish == DRIVER) {
      return new Choice(DRIVER, "asked for");
    }
    Optional<String> obstacle = obstacle(crew, parameters);
    if (wish != AUTO) {
      if (obstacle.isPresent()) {
        throw new InvalidInputException(
            String.format(
                "distributed.exchange = %s can't run: %s. Use distributed.exchange = driver or"
                    + " auto.",
                wish, obstacle.get()));
      }
      return new Choice(wish, "asked for");
    }
    return obstacle
        .or(() -> local ? Optional.of("driver and workers share their memory") : Optional.empty())
        .map(why -> new Choice(DRIVER, why))
        .orElseGet(() -> cheapest(crew.workers(), training, parameters));
  }

  private static Choice cheapest(int workers, TrainingConfig training, int parameters) {
    return workers <= MOST_PEERS
        ? new Choice(
            PEERS,
            workers == 1
                ? "a worker alone needs nobody's sums"
                : "two workers need one message each way, no others move less")
        : cheaper(workers, training, parameters);
  }

  private static Optional<String> obstacle(Crew crew, int parameters) {
    if (crew.synchronization() != Synchronization.BARRIER) {
      return Optional.of("sync = job keeps no worker that could hold the weights");
    }
    if (crew.workers() > parameters) {
      return Optional.of(
          String.format("%d slices of %d weights leave some empty", crew.workers(), parameters));
    }
    return Optional.empty();
  }

  /**
   * What a step's exchange takes: bytes through the busiest process, plus the messages that slices
   * need beyond the star's: twice as many where they clip gradients together.
   */
  private static Choice cheaper(int workers, TrainingConfig training, int parameters) {
    int bytes = training.gradients().bytes() + Float.BYTES; // of a gradient, and of a weight
    double megabytes = 1e-6 * bytes * parameters;
    double star = megabytes * workers;
    double slices = 2 * megabytes * (workers - 1) / workers; // as a worker, and as an owner
    int rounds = training.clips() ? 2 : 1;
    int messages = 4 * rounds * (workers - 1);
    double saved = (star - slices) * 1e6 / BYTES_PER_SECOND;
    double added = messages * SECONDS_PER_MESSAGE;
    return new Choice(
        saved > added ? SLICES : DRIVER,
        String.format(
            Locale.ROOT,
            "the busiest process moves %.1f MB a step with the driver, %.1f MB and %d messages with"
                + " slices",
            star,
            slices,
            messages));
  }

  /** Reads {@code auto}, {@code driver}, {@code slices} or {@code peers}. */
  public static Topology of(String name) {
    return Checks.choice(
        values(), name, "distributed.exchange must be one of " + List.of(values()));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
