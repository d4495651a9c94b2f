package io.lockstep.network;

import io.lockstep.lanes.Lanes;

/** Lanes from and to examples, one after another. */
final class Rows {
  private Rows() {}

  static Lanes lanes(int size, float... rows) {
    int images = rows.length / size;
    Lanes lanes = Lanes.zeros(size, Lanes.width(images));
    lanes.fill(rows, 0, images);
    return lanes;
  }

  /** One share: the whole batch. */
  static Shares whole(int images, float[] sum, boolean add) {
    Shares shares = new Shares(1);
    shares.put(images, sum, add);
    return shares;
  }

  static float[] of(Lanes lanes, int images) {
    float[] rows = new float[lanes.size() * images];
    lanes.copyTo(rows, 0, lanes.size(), 0, images);
    return rows;
  }
}
