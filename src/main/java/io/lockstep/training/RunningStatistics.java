package io.lockstep.training;

import io.lockstep.network.Network;
import java.util.List;

/**
 * The values of the parameter vector that are observed and not learned: no optimizer sees them.
 * They are blended with the mean of what a step observed, {@code r = (1 - momentum) r + momentum
 * m}: PyTorch's update of {@code running_mean} and {@code running_var}.
 */
final class RunningStatistics {
  private static final RunningStatistics NONE = new RunningStatistics(List.of());

  private final List<Network.Statistics> statistics;

  private RunningStatistics(List<Network.Statistics> statistics) {
    this.statistics = statistics;
  }

  /** No values: all are learned. */
  static RunningStatistics none() {
    return NONE;
  }

  /** Those of the values {@code [from, to)} of the network's vector, which count from 0 here. */
  RunningStatistics(Network network, int from, int to) {
    this(
        network.statistics().stream()
            .filter(of -> of.from() < to && of.to() > from)
            .map(
                of ->
                    new Network.Statistics(
                        Math.max(of.from(), from) - from,
                        Math.min(of.to(), to) - from,
                        of.momentum()))
            .toList());
  }

  /**
   * Blends in what was observed of the values {@code [from, to)}, and leaves a gradient of 0 there.
   *
   * @param sums of the step; its statistics are weighted as the examples are
   * @param weight of the step's examples
   */
  void observe(float[] weights, float[] sums, double weight, int from, int to) {
    for (Network.Statistics of : statistics) {
      for (int i = Math.max(from, of.from()); i < Math.min(to, of.to()); i++) {
        double observed = sums[i] / weight;
        weights[i] = (float) (weights[i] + of.momentum() * (observed - weights[i]));
        sums[i] = 0;
      }
    }
  }

  /** Runs {@code part} for what of {@code [from, to)} is learned. */
  void forLearned(int from, int to, Slicing.Part part) {
    int begin = from;
    for (Network.Statistics of : statistics) {
      int end = Math.min(to, of.from());
      if (begin < end) {
        part.run(begin, end);
      }
      begin = Math.max(begin, Math.min(to, of.to()));
    }
    if (begin < to) {
      part.run(begin, to);
    }
  }

  /** Copies those of {@code [from, to)} to {@code kept}. */
  void copy(float[] weights, float[] kept, int from, int to) {
    if (kept == weights) {
      return;
    }
    for (Network.Statistics of : statistics) {
      int begin = Math.max(from, of.from());
      int end = Math.min(to, of.to());
      if (begin < end) {
        System.arraycopy(weights, begin, kept, begin, end - begin);
      }
    }
  }
}
