package io.lockstep.notebook;

import io.lockstep.base.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dflib.jjava.jupyter.channels.JupyterConnection;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;

/** What Jupyter starts: {@code java -cp ... io.lockstep.notebook.KernelMain CONNECTION_FILE}. */
public final class KernelMain {
  private KernelMain() {}

  /** Serves the notebook that {@code arguments[0]} tells how to reach, until it is closed. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 1) {
      throw new InvalidInputException(
          "A kernel needs one argument, Jupyter's connection file, but has "
              + arguments.length
              + ". Jupyter starts it: see submit/notebook.sh.");
    }
    JupyterConnection connection =
        new JupyterConnection(
            KernelConnectionProperties.parse(Files.readString(Path.of(arguments[0]))));
    start(connection);
    connection.connect();
    connection.waitUntilClose();
  }

  /** A kernel that answers what comes through {@code connection}, once that is open. */
  static JavaKernel start(JupyterConnection connection) {
    JavaKernel kernel = JavaKernel.create();
    kernel.onStartup(); // render and display look for it
    kernel.becomeHandlerForConnection(connection);
    return kernel;
  }
}
