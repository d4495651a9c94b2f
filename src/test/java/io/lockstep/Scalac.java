package io.lockstep;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import scala.tools.nsc.Main;

/** Scala's compiler, on the class path of the tests. */
public final class Scalac {
  private Scalac() {}

  /** Compiles {@code files} into {@code classes}; a warning is an error. */
  public static void compile(List<Path> files, Path classes) {
    Stream<String> options =
        Stream.of(
            "-deprecation",
            "-Xfatal-warnings",
            "-classpath",
            System.getProperty("java.class.path"),
            "-d",
            classes.toString());
    Main.process(Stream.concat(options, files.stream().map(Path::toString)).toArray(String[]::new));
    assertFalse(Main.reporter().hasErrors(), "scalac found errors, printed above");
  }
}
