package io.lockstep.cli;

import io.lockstep.base.InvalidInputException;
import io.lockstep.data.spark.HadoopPaths;
import io.lockstep.data.spark.WholeFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a result that may replace an earlier one.
 *
 * @param path on any Hadoop filesystem
 * @param mark name of a file that every such result has, and nothing else: without it nothing is
 *     ever replaced. Hidden, so that no reader takes it for data
 * @param overwrite whether an earlier result may be replaced
 * @param hadoop how to reach it
 */
record OutputFolder(Path path, String mark, boolean overwrite, Configuration hadoop) {
  /** Refuses a folder that is there, unless it is an earlier result and may be replaced. */
  void requireFree() throws IOException {
    FileSystem files = HadoopPaths.filesOf("Output", path, hadoop);
    WholeFolders.requireAbsent(
        path, overwrite, "Choose another, or replace it with --overwrite.", hadoop);
    if (files.exists(path) && !files.exists(new Path(path, mark))) {
      throw new InvalidInputException(
          String.format(
              "Output %s must be an earlier result of this command, with its %s, to be replaced."
                  + " Choose another, or remove it yourself.",
              path, mark));
    }
  }

  /**
   * Refuses an {@code input} that the result would replace, or be part of.
   *
   * @param input a file, a folder, or a glob of these
   */
  void requireApartFrom(String input) throws IOException {
    Path pattern = HadoopPaths.of("Input", input);
    FileSystem files = HadoopPaths.filesOf("Input", pattern, hadoop);
    FileStatus[] found = files.globStatus(pattern);
    if (found == null) {
      return; // what does not exist is refused when it is read
    }
    Path to = HadoopPaths.filesOf("Output", path, hadoop).makeQualified(path);
    for (FileStatus status : found) {
      Path from = files.makeQualified(status.getPath());
      if (contains(from, to) || contains(to, from)) {
        throw new InvalidInputException(
            String.format("Output %s must be apart from input %s. Choose another.", path, input));
      }
    }
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
      WholeFolders.write(
          path,
          overwrite,
          hadoop,
          folder -> {
            content.writeTo(folder);
            WholeFolders.writeFile(new Path(folder, mark), new byte[0], hadoop);
          });
    } catch (IOException e) {
      throw new UncheckedIOException("Output " + e.getMessage(), e);
    }
  }
}
