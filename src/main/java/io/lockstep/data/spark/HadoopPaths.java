package io.lockstep.data.spark;

import io.lockstep.base.InvalidInputException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Paths as a user writes them, on any Hadoop filesystem. */
public final class HadoopPaths {
  private HadoopPaths() {}

  /**
   * The path {@code name}.
   *
   * @param role what it is for, in messages
   * @throws InvalidInputException if it is none
   */
  public static Path of(String role, String name) {
    try {
      return new Path(name);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          String.format("%s must be a path, but was \"%s\": %s", role, name, e.getMessage()), e);
    }
  }

  /**
   * The filesystem of {@code path}.
   *
   * @throws InvalidInputException if there is no such filesystem, or it does not answer
   */
  public static FileSystem filesOf(String role, Path path, Configuration hadoop) {
    try {
      return path.getFileSystem(hadoop);
    } catch (IOException e) {
      throw new InvalidInputException(
          String.format("%s %s can't be reached: %s", role, path, e.getMessage()), e);
    }
  }
}
