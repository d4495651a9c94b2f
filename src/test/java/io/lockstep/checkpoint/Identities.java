package io.lockstep.checkpoint;

import com.typesafe.config.Config;
import io.lockstep.base.Version;
import io.lockstep.data.DataFingerprint;
import io.lockstep.network.NetworkSpec;
import java.util.Optional;

/** Runs whose rows don't matter. */
public final class Identities {
  static final DataFingerprint DATA = new DataFingerprint(40, 20, "abc", Optional.of("test"));

  private Identities() {}

  /** A run of this lockstep. */
  public static RunIdentity of(NetworkSpec network, Config settings) {
    return of(network, DATA, settings);
  }

  static RunIdentity of(NetworkSpec network, DataFingerprint data, Config settings) {
    return new RunIdentity(Version.ARITHMETIC, network, Optional.of(data), settings);
  }
}
