package io.lockstep.distributed;

import io.lockstep.data.Features;
import io.lockstep.data.Split;
import java.io.Serializable;

/**
 * Rows of one partition that go to one shard, in order.
 *
 * @param firstRow the number of the first one among the rows of the split
 */
record Piece(
    Split split, int shard, long firstRow, Features features, int[] labels, float[] weights)
    implements Serializable {
  /** The same rows, without what is elsewhere by now. */
  Piece withoutFeatures() {
    return new Piece(split, shard, firstRow, Features.none(features.width()), labels, weights);
  }
}
