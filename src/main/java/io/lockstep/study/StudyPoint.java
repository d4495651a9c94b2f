package io.lockstep.study;

import io.lockstep.base.Checks;
import io.lockstep.distributed.Topology;

/**
 * A way to train, and the seconds that a step of it takes.
 *
 * @param workers &ge; 1
 * @param executors JVMs beside the driver's, with a worker each; 0 if all workers are in the
 *     driver's
 * @param cores that the workers share; &ge; 1
 * @param linkGigabits per second of each host's link; 0 if no link is known, as on one machine
 * @param exchange that was settled, never auto
 * @param weights of the network; &ge; 1
 * @param flopsPerImage of a step, see {@code Network.stepFlops}; &ge; 1
 * @param batch images of a step; &ge; 1
 * @param shards that the batch is cut into; &ge; workers
 * @param seconds that a step takes; &gt; 0
 */
public record StudyPoint(
    int workers,
    int executors,
    int cores,
    double linkGigabits,
    Topology exchange,
    long weights,
    long flopsPerImage,
    int batch,
    int shards,
    double seconds) {

  public StudyPoint {
    Checks.requireAtLeastOne("workers", workers);
    Checks.require(
        executors == 0 || executors == workers, "executors must be 0 or the workers", executors);
    Checks.requireAtLeastOne("cores", cores);
    Checks.requireNonNegative("link_gbits", linkGigabits);
    Checks.require(
        exchange == Topology.DRIVER || exchange == Topology.SLICES,
        "exchange must be driver or slices",
        exchange);
    Checks.requireAtLeastOne("weights", weights);
    Checks.requireAtLeastOne("flops_per_image", flopsPerImage);
    Checks.requireAtLeastOne("batch", batch);
    Checks.require(shards >= workers, "shards must be >= workers", shards);
    Checks.requirePositive("seconds_per_step", seconds);
  }

  /** The same way, with the seconds that it took. */
  public StudyPoint taking(double newSeconds) {
    return new StudyPoint(
        workers,
        executors,
        cores,
        linkGigabits,
        exchange,
        weights,
        flopsPerImage,
        batch,
        shards,
        newSeconds);
  }

  /** Whether workers have to wait for each other's cores. */
  public boolean isCrowded() {
    return workers > cores;
  }

  /** Workers that run at once. */
  double parallel() {
    return Math.min(workers, cores);
  }

  boolean isSliced() {
    return exchange == Topology.SLICES;
  }

  /** Whether gradients go through sockets: slices do in one JVM, too. */
  boolean usesSockets() {
    return executors > 0 || isSliced();
  }
}
