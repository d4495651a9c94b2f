package io.lockstep.distributed;

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
}
