package io.lockstep.live;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The runs of a Spark application by number: all that train, and those that ended lately. */
final class LiveRuns {
  private static final int MOST = 20;

  private final NavigableMap<Integer, LiveRun> runs = new TreeMap<>();
  private int last;

  /** Adds the next run, and forgets the oldest that have ended, should there be too many. */
  synchronized void add(LiveRun run) {
    last++;
    runs.put(last, run);
    runs.entrySet().stream()
        .filter(entry -> !entry.getValue().isTraining())
        .map(Map.Entry::getKey)
        .limit(Math.max(0, runs.size() - MOST))
        .toList()
        .forEach(runs::remove);
  }

  /** The newest first. */
  synchronized NavigableMap<Integer, LiveRun> newestFirst() {
    return new TreeMap<>(runs).descendingMap();
  }
}
