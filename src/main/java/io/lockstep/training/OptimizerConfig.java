package io.lockstep.training;

import com.typesafe.config.ConfigValue;
import io.lockstep.base.Kinds;
import java.io.Serializable;
import java.util.Map;

/** Which optimizer, with its settings. A new kind is a record in its own file, and a line here. */
public interface OptimizerConfig extends Serializable {
  /** Step size before the schedule; finite and &gt; 0. */
  double learningRate();

  /** Its name in a run file. */
  String kind();

  /** A fresh optimizer for {@code parameterCount} values. */
  Optimizer newOptimizer(int parameterCount);

  /** The value that {@link #of} reads back to this. */
  ConfigValue toConfig();

  /**
   * Reads {@code sgd { learningRate = 0.01, momentum = 0.5 }}.
   *
   * @param path of the value, for messages
   * @throws io.lockstep.base.InvalidInputException naming the setting, its rule and its value
   */
  static OptimizerConfig of(ConfigValue value, String path) {
    return new Kinds<OptimizerConfig>(
            Map.of(Adam.KIND, Adam::of, AdamW.KIND, AdamW::of, Sgd.KIND, Sgd::of))
        .read(value, path);
  }
}
