package io.lockstep.distributed;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.broadcast.Broadcast;

/** Cleaning up in a thread that may be interrupted: it is done, and the interrupt is kept. */
final class Uninterrupted {
  private Uninterrupted() {}

  /** What can be done twice. */
  @FunctionalInterface
  interface Action {
    void run() throws InterruptedException;
  }

  /** Runs {@code action}, once more if an interrupt cuts it short. */
  static void run(Action action) {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          action.run();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Destroys {@code shared}. Spark gives the order before it waits for the answer, and calls a
   * second one an error: an interrupt cuts the waiting short, and nothing is done again.
   */
  static void destroy(Broadcast<?> shared) {
    AtomicBoolean ordered = new AtomicBoolean();
    run(
        () -> {
          if (!ordered.getAndSet(true)) {
            shared.destroy();
          }
        });
  }
}
