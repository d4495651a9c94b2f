package io.lockstep.data.spark;

import io.lockstep.data.LabeledImages;
import java.io.IOException;
import java.io.Serializable;

/** Labelled images by row number, from wherever they come; travels to the executors. */
interface ImageRows extends Serializable {
  /** Number of rows. */
  int rows();

  /** Rows {@code [from, to)}. */
  LabeledImages slice(int from, int to) throws IOException;
}
