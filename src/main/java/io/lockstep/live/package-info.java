/**
 * A run while it trains: a tab in Spark's web UI. {@link io.lockstep.live.LiveRun} listens, and
 * keeps numbers alone; {@code SparkTab} is the only place that knows Spark's UI.
 */
package io.lockstep.live;
