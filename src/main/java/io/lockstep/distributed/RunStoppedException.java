package io.lockstep.distributed;

/**
 * A run that was ended from outside: somebody interrupted its thread, which stays interrupted, or
 * cancelled its Spark job. The cause is what Spark itself throws then.
 */
public final class RunStoppedException extends RunFailedException {
  private static final long serialVersionUID = 1L;

  RunStoppedException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Throws the cause, as Spark's own estimators do, undeclared: a streaming query that is being
   * stopped looks for nothing else.
   */
  public RuntimeException asSparks() {
    RunStoppedException.<RuntimeException>undeclared(getCause());
    return this; // never: for the caller's compiler
  }

  @SuppressWarnings("unchecked") // E is erased: nothing is cast
  private static <E extends Throwable> void undeclared(Throwable cause) throws E {
    throw (E) cause;
  }
}
