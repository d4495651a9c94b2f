package io.lockstep.distributed;

/** Two memories in turn: a message stays whole until the next but one. */
final class MemoryPair {
  private final MessageMemory[] memories = {new MessageMemory(), new MessageMemory()};
  private int turn;

  /** The one whose message is the older. */
  MessageMemory next() {
    turn = 1 - turn;
    return memories[turn];
  }
}
