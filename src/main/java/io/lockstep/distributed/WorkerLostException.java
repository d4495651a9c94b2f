package io.lockstep.distributed;

import java.util.Set;

/**
 * A barrier stage ended before the run did, in a way that does not touch the run's state: another
 * stage can go on. Never leaves the package.
 */
final class WorkerLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Set<String> silentExecutors;
  private final String remedy;

  /**
   * @param lost who was lost, and what became of it
   * @param remedy a sentence for the user
   * @param silentExecutors that may still be there, hanging
   */
  WorkerLostException(String lost, String remedy, Set<String> silentExecutors, Throwable cause) {
    super(lost, cause);
    this.remedy = remedy;
    this.silentExecutors = Set.copyOf(silentExecutors);
  }

  String remedy() {
    return remedy;
  }

  Set<String> silentExecutors() {
    return silentExecutors;
  }
}
