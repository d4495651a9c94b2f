package io.lockstep.cli;

import io.lockstep.data.DataFingerprint;
import io.lockstep.distributed.ShardedData;
import io.lockstep.report.Pictures;
import io.lockstep.run.RowSource;
import java.util.Optional;

/** Rows of a {@link DataChoice} in which nothing speaks against dealing them. */
interface VerifiedRows extends RowSource {
  /**
   * Which rows they are, cut as {@code layout} says; empty if that is known only when they are
   * dealt.
   *
   * @throws io.lockstep.base.InvalidInputException if there are too few
   */
  Optional<DataFingerprint> fingerprint(ShardedData.Layout layout);

  /** What the user should hear of them, if anything. */
  default Optional<String> notice() {
    return Optional.empty();
  }

  /** The images among them that a report may show; before they are dealt. */
  Optional<Pictures> pictures();
}
