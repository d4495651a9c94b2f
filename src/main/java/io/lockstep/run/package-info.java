/**
 * One run, assembled once: for {@code train}, {@code bench} and {@code baseline} as for the
 * estimator's {@code fit}.
 *
 * <p>A {@link io.lockstep.run.RunConfig} is what a run file or an estimator's params resolve to,
 * and a {@link io.lockstep.run.RunDescription} adds what else decides the bits. A {@link
 * io.lockstep.run.Run} brings it together with a cluster and the rows of a {@link
 * io.lockstep.run.RowSource}, and trains from a {@link io.lockstep.run.Start}: new, or a
 * checkpoint.
 */
package io.lockstep.run;
