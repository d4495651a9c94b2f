package io.lockstep.training;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.lockstep.base.Settings;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/** How the learning rate changes over a run. */
public sealed interface Schedule extends Serializable {
  /** The kinds that a configuration may name. */
  List<String> KINDS = List.of("constant");

  /** The learning rate of {@code step}, 1-based over the whole run. */
  double learningRate(double initial, long step);

  /** The value that {@link #of} reads back to this. */
  ConfigValue toConfig();

  /** The same learning rate for every step. */
  record Constant() implements Schedule {
    @Override
    public double learningRate(double initial, long step) {
      return initial;
    }

    @Override
    public ConfigValue toConfig() {
      return ConfigValueFactory.fromMap(Map.of("constant", Map.of()));
    }
  }

  /** Reads {@code constant {}}. */
  static Schedule of(ConfigValue value, String path) {
    Settings.Choice choice = Settings.choice(value, path);
    if (!choice.kind().equals("constant")) {
      throw Settings.unknownKind(path, choice.kind(), KINDS);
    }
    choice.settings().rejectUnknown();
    return new Constant();
  }
}
