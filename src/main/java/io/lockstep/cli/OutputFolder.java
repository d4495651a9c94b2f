package io.lockstep.cli;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.spark.HadoopPaths;
import io.lockstep.data.spark.WholeFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a result that may replace an earlier one.
 *
 * @param path on any Hadoop filesystem
 * @param hadoop how to reach it
 */
record OutputFolder(Path path, Configuration hadoop) {
  /**
   * Refuses a folder that is there, unless it is an earlier result and may be replaced.
   *
   * @param mark a file that every such result has: nothing without it is ever replaced
   */
  void requireFree(boolean overwrite, String mark) throws IOException {
    FileSystem files = HadoopPaths.filesOf("Output", path, hadoop);
    WholeFolders.requireAbsent(
        path, overwrite, "Choose another, or replace it with --overwrite.", hadoop);
    if (files.exists(path) && !files.exists(new Path(path, mark))) {
      throw new InvalidInputException(
          String.format(
              "Output %s must be an earlier result, with its %s, to be replaced. Choose another, or"
                  + " remove it yourself.",
              path, mark));
    }
  }

  /** Refuses an {@code input} that the result would replace, or be part of. */
  void requireApartFrom(String input) {
    Path from = qualified("Input", HadoopPaths.of("Input", input));
    Path to = qualified("Output", path);
    if (contains(from, to) || contains(to, from)) {
      throw new InvalidInputException(
          String.format("Output %s must be apart from input %s. Choose another.", path, input));
    }
  }

  private Path qualified(String role, Path other) {
    return HadoopPaths.filesOf(role, other, hadoop).makeQualified(other);
  }

  private static boolean contains(Path folder, Path path) {
    for (Path part = path; part != null; part = part.getParent()) {
      if (part.equals(folder)) {
        return true;
      }
    }
    return false;
  }

  /** Writes the result, which appears when it is whole. */
  void write(WholeFolders.Content content) {
    try {
      WholeFolders.write(path, hadoop, content);
    } catch (IOException e) {
      throw new UncheckedIOException("Output " + e.getMessage(), e);
    }
  }
}
