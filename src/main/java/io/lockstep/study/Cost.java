package io.lockstep.study;

/**
 * What a step pays for, and how much of it: a step takes the sum over all of amount times price.
 * Workers that share too few cores take turns, so what each of them does counts {@code workers /
 * cores} times.
 */
public enum Cost {
  /** Floating-point operations, one after another on a core. */
  OPERATION("computing", "floating-point operation on a core"),
  /** Images, whatever the network. */
  IMAGE("computing", "image on a core"),
  /** Gradients that workers begin and add up, one per shard. */
  SHARD_WEIGHT("computing", "weight of a shard's gradient"),
  /** Workers' sums, added up where the weights move on: by the driver, or by owners of slices. */
  SUMMED_WEIGHT("adding up", "weight of a worker's sum, added up"),
  /** Bytes into and out of the driver's sockets. */
  DRIVER_BYTE("bytes", "byte through the driver's sockets"),
  /** Bytes into and out of a worker's sockets, as one and as the owner of a slice. */
  OWNER_BYTE("bytes", "byte through the sockets of a slice's owner"),
  /** Messages: a report and an answer per worker, and with slices between any two. */
  MESSAGE("latency", "message"),
  /** A round through sockets, whatever is in it. */
  ROUND("latency", "round through sockets"),
  /** A step, whatever is in it. */
  STEP("driver", "step"),
  /** Seconds that the bytes of the busiest link take at its rate. */
  LINK("link", "second that the busiest link needs at its rate");

  private final String part;
  private final String unit;

  Cost(String part, String unit) {
    this.part = part;
    this.unit = unit;
  }

  /** The part of a step that this belongs to. */
  public String part() {
    return part;
  }

  /** What its price is for. */
  public String unit() {
    return unit;
  }

  /** How many units a step at {@code point} has. */
  double amount(StudyPoint point) {
    double images = point.batch() / point.parallel();
    double weights = point.weights();
    return switch (this) {
      case OPERATION -> images * point.flopsPerImage();
      case IMAGE -> images;
      case SHARD_WEIGHT -> weights * point.shards() / point.parallel();
      case SUMMED_WEIGHT -> weights * point.workers() / (point.isSliced() ? point.parallel() : 1);
      case DRIVER_BYTE ->
          point.usesSockets() && !point.isSliced() ? 8 * weights * point.workers() : 0;
      case OWNER_BYTE ->
          point.isSliced() ? 16 * weights * (point.workers() - 1) / point.parallel() : 0;
      case MESSAGE -> point.usesSockets() ? messages(point) : 0;
      case ROUND -> point.usesSockets() ? 1 : 0;
      case STEP -> 1;
      case LINK -> point.linkGigabits() > 0 ? linkSeconds(point) : 0;
    };
  }

  private static double messages(StudyPoint point) {
    double workers = point.workers();
    double toDriver = 2 * workers;
    return point.isSliced() ? toDriver + 4 * workers * (workers - 1) / point.parallel() : toDriver;
  }

  /**
   * Sums go one way and weights the other, so a link that sends and receives at once is busy for
   * each once: the driver's with those of all workers, an owner's with all slices but its own.
   */
  private static double linkSeconds(StudyPoint point) {
    double bytes = 8.0 * point.weights();
    double busiest =
        point.isSliced()
            ? bytes * (point.workers() - 1) / point.workers()
            : bytes * point.workers();
    return busiest * 8 / (point.linkGigabits() * 1e9);
  }
}
