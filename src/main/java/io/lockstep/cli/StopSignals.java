package io.lockstep.cli;

import io.lockstep.checkpoint.CheckpointWriter;
import io.lockstep.training.Position;
import io.lockstep.training.StepBoundary;
import io.lockstep.training.TrainingListener;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.util.SignalUtils;

/**
 * What SIGTERM and SIGINT do to a run. While it starts, they end the process. While it trains, they
 * end it after the step under way, with a checkpoint; the process itself must live on for that, so
 * they are caught before the JVM runs its shutdown hooks, among which is Spark's. A second signal
 * ends the process at once, and so does a limit.
 */
final class StopSignals implements AutoCloseable {
  private static final double START_LIMIT_SECONDS = 20;

  private static boolean registered;
  private static Optional<StopSignals> listening = Optional.empty();

  private final Console console;
  private final Ending ending;
  private double limitSeconds = START_LIMIT_SECONDS;
  private Supplier<String> lastWords = () -> "";
  private boolean training;
  private boolean closed;
  private volatile Optional<Signal> received = Optional.empty();

  /** The signals that stop a run; the exit code is the shell's, 128 and the signal's number. */
  enum Signal {
    INT(130),
    TERM(143);

    private final int exitCode;

    Signal(int exitCode) {
      this.exitCode = exitCode;
    }

    @Override
    public String toString() {
      return "SIG" + name();
    }
  }

  /** How a process ends. */
  interface Ending {
    /** After the shutdown hooks. */
    void exit(int code);

    /** Now. */
    void halt(int code);
  }

  private static final Ending PROCESS =
      new Ending() {
        /** Spark's threads print stack traces when its shutdown ends their pools under a job. */
        @Override
        public void exit(int code) {
          System.setErr(
              new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
          System.exit(code);
        }

        @Override
        public void halt(int code) {
          Runtime.getRuntime().halt(code);
        }
      };

  /** Ends a run that a signal asked to stop. */
  static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Stopped() {
      super("stopped by a signal");
    }
  }

  StopSignals(Console console, Ending ending) {
    this.console = console;
    this.ending = ending;
  }

  /** Listens until {@link #close}. */
  static synchronized StopSignals listen(Console console) {
    if (!registered) {
      for (Signal signal : Signal.values()) {
        SignalUtils.register(signal.name(), () -> handled(signal));
      }
      registered = true;
    }
    StopSignals signals = new StopSignals(console, PROCESS);
    listening = Optional.of(signals);
    return signals;
  }

  /** Called by the JVM's signal thread; false leaves the signal to the JVM. */
  private static synchronized boolean handled(Signal signal) {
    listening.ifPresent(signals -> signals.receive(signal));
    return listening.isPresent();
  }

  synchronized void receive(Signal signal) {
    if (received.isPresent()) {
      ending.halt(signal.exitCode);
      return;
    }
    received = Optional.of(signal);
    long deadline = System.nanoTime() + (long) (limitSeconds * 1e9);
    startDaemon("lockstep-stop-limit", () -> haltAt(deadline));
    console.endLive();
    if (training) {
      console.say("stop    %s: after the step under way; a second signal ends at once", signal);
    } else {
      console.say("stop    %s before the first step: there is nothing to resume from it", signal);
      startDaemon("lockstep-stop", () -> ending.exit(signal.exitCode));
    }
  }

  private static void startDaemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static long left(long deadline) {
    return deadline - System.nanoTime();
  }

  private void haltAt(long deadline) {
    synchronized (this) {
      try {
        for (long left = left(deadline); left > 0 && !closed; left = left(deadline)) {
          TimeUnit.NANOSECONDS.timedWait(this, left);
        }
      } catch (InterruptedException e) {
        return; // nobody interrupts this thread
      }
      if (!closed) {
        Signal signal = received.orElseThrow();
        console.say(
            "stop    the run did not end within %s s of %s; ending without it. %s",
            limitSeconds, signal, lastWords.get());
        ending.halt(signal.exitCode);
      }
    }
  }

  /**
   * From here on a signal waits for the step under way.
   *
   * @param newLimitSeconds how long
   * @param newLastWords what to say if that was too short
   * @throws Stopped if one came before
   */
  synchronized void trainingBegins(double newLimitSeconds, Supplier<String> newLastWords) {
    if (received.isPresent()) {
      throw new Stopped();
    }
    training = true;
    limitSeconds = newLimitSeconds;
    lastWords = newLastWords;
  }

  /** Ends the run between two steps, after {@code checkpoints} has written one. */
  TrainingListener after(CheckpointWriter checkpoints) {
    return new TrainingListener() {
      @Override
      public boolean wantsState(Position position, boolean epochEnds) {
        return received.isPresent();
      }

      @Override
      public void betweenSteps(StepBoundary boundary) {
        if (received.isPresent()) {
          checkpoints.write(boundary);
          throw new Stopped();
        }
      }
    };
  }

  /** Whether a signal is ending the process although no step was made. */
  synchronized boolean exitsBeforeTraining() {
    return received.isPresent() && !training;
  }

  /** The exit code of the signal that came, if one did. */
  Optional<Integer> exitCode() {
    return received.map(signal -> signal.exitCode);
  }

  @Override
  public void close() {
    synchronized (StopSignals.class) {
      listening = listening.filter(signals -> signals != this);
    }
    synchronized (this) {
      closed = true;
      notifyAll();
    }
  }
}
