package io.lockstep.base;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, by which files, data and weights are told apart. */
public final class Sha256 {
  /** Bytes per call: a JVM just started is slow within its first call, however long that is. */
  private static final int PIECE = 1 << 18;

  private Sha256() {}

  /** A digest of nothing yet. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Adds {@code bytes} to {@code digest}. */
  public static void update(MessageDigest digest, byte[] bytes) {
    for (int from = 0; from < bytes.length; from += PIECE) {
      digest.update(bytes, from, Math.min(PIECE, bytes.length - from));
    }
  }

  /** The 64 hexadecimal digits of {@code digest}, which is reset. */
  public static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
