package io.lockstep.checkpoint;

import io.lockstep.training.Position;
import io.lockstep.training.StepBoundary;
import io.lockstep.training.TrainingListener;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Writes checkpoints while a run trains: at each epoch's end, and as often as it was told to. */
public final class CheckpointWriter implements TrainingListener {
  private final Checkpoints checkpoints;
  private final CheckpointConfig config;
  private final RunIdentity run;
  private final Runnable beforeWriting;
  private final LongSupplier nanoClock;
  private long lastNanos;
  private volatile Optional<Written> last;

  /**
   * The newest checkpoint.
   *
   * @param step that it was taken after
   * @param file its full name
   */
  public record Written(long step, String file) {}

  /**
   * A writer for one run.
   *
   * @param resumedFrom the checkpoint that the run goes on from, if there is one
   * @param beforeWriting saves what a resumed run counts on beside the checkpoint
   */
  public CheckpointWriter(
      Checkpoints checkpoints,
      CheckpointConfig config,
      RunIdentity run,
      Optional<Written> resumedFrom,
      Runnable beforeWriting) {
    this(checkpoints, config, run, resumedFrom, beforeWriting, System::nanoTime);
  }

  CheckpointWriter(
      Checkpoints checkpoints,
      CheckpointConfig config,
      RunIdentity run,
      Optional<Written> resumedFrom,
      Runnable beforeWriting,
      LongSupplier nanoClock) {
    this.checkpoints = checkpoints;
    this.config = config;
    this.run = run;
    this.beforeWriting = beforeWriting;
    this.nanoClock = nanoClock;
    this.lastNanos = nanoClock.getAsLong();
    this.last = resumedFrom;
  }

  @Override
  public boolean wantsState(Position position, boolean epochEnds) {
    return epochEnds || enoughSteps(position.step()) || enoughTime();
  }

  @Override
  public long stepsToState(Position position) {
    long every = config.everySteps();
    return every > 0 ? every - position.step() % every : Long.MAX_VALUE;
  }

  @Override
  public void betweenSteps(StepBoundary boundary) {
    if (wantsState(boundary.position(), boundary.epochEnds())) {
      write(boundary);
    }
  }

  /** Whether a multiple of the steps was reached since the last one: a round may pass it. */
  private boolean enoughSteps(long step) {
    long every = config.everySteps();
    long lastStep = last.map(Written::step).orElse(0L);
    return every > 0 && step / every > lastStep / every;
  }

  private boolean enoughTime() {
    double limitNanos = config.everyMinutes() * TimeUnit.MINUTES.toNanos(1);
    return limitNanos > 0 && nanoClock.getAsLong() - lastNanos >= limitNanos;
  }

  /** Writes one now, unless this step has one already. */
  public void write(StepBoundary boundary) {
    long step = boundary.position().step();
    if (last.isPresent() && last.get().step == step) {
      return;
    }
    beforeWriting.run();
    String file = checkpoints.write(new Checkpoint(run, boundary.snapshot()), config.keep());
    last = Optional.of(new Written(step, file));
    lastNanos = nanoClock.getAsLong();
  }

  /** The newest whole checkpoint of the run; any thread may ask. */
  public Optional<Written> last() {
    return last;
  }
}
