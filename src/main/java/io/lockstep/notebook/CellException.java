package io.lockstep.notebook;

/** A cell that Java does not understand; the message says where and why. */
final class CellException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CellException(String message) {
    super(message);
  }
}
