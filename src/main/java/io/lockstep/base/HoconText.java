package io.lockstep.base;

import com.typesafe.config.ConfigRenderOptions;

/** How configuration and JSON are written down. */
public final class HoconText {
  /** One line, for messages. */
  public static final ConfigRenderOptions COMPACT = ConfigRenderOptions.concise().setJson(false);

  /** Readable HOCON, for {@code run.conf} and {@code network.conf}. */
  public static final ConfigRenderOptions HOCON =
      ConfigRenderOptions.defaults().setOriginComments(false).setComments(false).setJson(false);

  /** Readable JSON, for {@code metrics.json}. */
  public static final ConfigRenderOptions JSON =
      ConfigRenderOptions.defaults().setOriginComments(false).setComments(false).setJson(true);

  private HoconText() {}
}
