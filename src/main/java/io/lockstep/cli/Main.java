package io.lockstep.cli;

import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Version;
import io.lockstep.base.WholeFiles;
import io.lockstep.data.MalformedFileException;
import io.lockstep.distributed.RunFailedException;
import io.lockstep.training.TrainingDivergedException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What {@code spark-submit} starts: {@code Main COMMAND ...}, a command for each submit script. */
@Command(
    name = "lockstep",
    description = "Trains neural networks data-parallel on Apache Spark.",
    subcommands = {
      TrainCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      ExportCommand.class,
      CompareCommand.class,
      BaselineCommand.class,
      BenchCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionProvider.class)
public final class Main implements Runnable {
  static final int FAILED = 1;
  static final int USAGE = 2;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  static final class VersionProvider implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"lockstep " + Version.LOCKSTEP};
    }
  }

  public static void main(String[] arguments) {
    System.exit(execute(arguments));
  }

  /** Runs a command and returns its exit code. */
  static int execute(String... arguments) {
    return commandLine().execute(arguments);
  }

  /** All commands. */
  static CommandLine commandLine() {
    CommandLine main = new CommandLine(new Main());
    main.setExecutionExceptionHandler((e, command, parsed) -> explain(e, System.err));
    main.setParameterExceptionHandler(
        (e, rest) -> {
          PrintStream err = System.err;
          err.println("lockstep: " + e.getMessage());
          err.println("Try " + scriptOf(e.getCommandLine()) + " --help.");
          return USAGE;
        });
    return main;
  }

  private static String scriptOf(CommandLine command) {
    String name = command.getCommandName();
    return name.equals("lockstep") ? name : "submit/" + name + ".sh";
  }

  /** Says what went wrong; a stack trace only for what is nobody's mistake but ours. */
  private static int explain(Exception failure, PrintStream err) {
    if (failure instanceof InvalidInputException) {
      err.println("lockstep: " + failure.getMessage());
      return USAGE;
    }
    boolean expected =
        failure instanceof RunFailedException
            || failure instanceof TrainingDivergedException
            || failure instanceof UncheckedIOException
            || failure instanceof MalformedFileException;
    if (failure instanceof IOException io && !(io instanceof MalformedFileException)) {
      err.println("lockstep: " + WholeFiles.reason(io));
    } else if (expected) {
      err.println("lockstep: " + failure.getMessage());
    } else {
      err.println("lockstep: this is a bug; report it with what follows.");
      failure.printStackTrace(err);
    }
    return FAILED;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
  }
}
