package io.lockstep.live;

import io.lockstep.report.SvgChart;
import io.lockstep.run.RowSource;
import io.lockstep.run.Run;
import io.lockstep.run.RunDescription;
import io.lockstep.run.Start;
import io.lockstep.training.EpochReport;
import io.lockstep.training.EvaluationSum;
import io.lockstep.training.Position;
import io.lockstep.training.StepReport;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What is seen of a run while it trains, and afterwards: a few thousand numbers, none of its rows
 * or weights. Told by the run's thread, read by those of the web UI.
 */
public final class LiveRun implements TrainingListener, AutoCloseable {
  private final Facts facts;
  private final Position begin;
  private final Instant started = Instant.now();
  private final MeanCurve losses = new MeanCurve();
  private final MeanCurve accuracies = new MeanCurve();
  private final List<Epoch> epochs = new ArrayList<>();
  private Optional<String> address = Optional.empty();
  private State state = State.TRAINING;
  private long step;
  private long examples;
  private long nanos;

  /**
   * What is known before the first step.
   *
   * @param name of the run
   * @param crew who works at it, for a person
   * @param stepsPerEpoch of each but a last one that is cut short
   * @param lastStep of the run
   */
  record Facts(String name, String crew, int stepsPerEpoch, long lastStep) {
    /** The epoch that {@code step} is a step of. */
    long epochOf(long step) {
      return 1 + (step - 1) / stepsPerEpoch;
    }
  }

  /** How far a run is. */
  enum State {
    TRAINING("training"),
    FINISHED("finished"),
    STOPPED_EARLY("stopped early"),
    BROKEN_OFF("broken off");

    private final String text;

    State(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** Loss per example in nats, and the fraction that is right. */
  record Figures(double loss, double accuracy) {
    private static Figures of(EvaluationSum sum) {
      return new Figures(sum.meanLoss(), sum.accuracy());
    }
  }

  /**
   * An epoch that has ended.
   *
   * @param step its last one
   * @param best whether it is the best so far by validation
   */
  record Epoch(
      int epoch,
      long step,
      Figures train,
      Optional<Figures> validation,
      Optional<Figures> test,
      double seconds,
      boolean best) {}

  /**
   * A run as it is at a moment.
   *
   * @param step the last one made
   * @param examplesPerSecond of the steps alone
   * @param secondsLeft of steps
   * @param epochs that have ended
   * @param loss curves over the step
   * @param accuracy curves over the step
   */
  record View(
      Facts facts,
      Instant started,
      State state,
      long step,
      double examplesPerSecond,
      double secondsLeft,
      List<Epoch> epochs,
      List<SvgChart.Curve> loss,
      List<SvgChart.Curve> accuracy) {}

  LiveRun(Facts facts, Position begin) {
    this.facts = facts;
    this.begin = begin;
    this.step = begin.step();
  }

  /**
   * Shows {@code run} in the web UI of {@code spark}, if it has one. Whatever is wrong with that is
   * none of the run's business.
   *
   * @param begin where the run begins, or goes on
   */
  public static LiveRun shown(JavaSparkContext spark, Run run, Position begin) {
    Facts facts =
        new Facts(
            run.description().config().name(),
            String.format(
                "%d workers, sync %s", run.crew().workers(), run.crew().synchronization()),
            run.stepsPerEpoch(),
            run.lastStep());
    LiveRun live = new LiveRun(facts, begin);
    live.address = SparkTab.show(spark.sc(), live);
    return live;
  }

  /**
   * Assembles a run that leaves nothing behind but what was seen of it, and trains it from its
   * start to its end.
   */
  public static TrainingResult trainWhole(
      RunDescription description,
      JavaSparkContext spark,
      RowSource rows,
      TrainingListener listener) {
    try (Run run = Run.assemble(description, spark, rows, crew -> {});
        LiveRun live = shown(spark, run, Position.START)) {
      return live.ended(run.train(Start.drawn(), listener.andThen(live)));
    }
  }

  /** Where it is shown, if it is. */
  public Optional<String> address() {
    return address;
  }

  @Override
  public synchronized void onStep(StepReport report) {
    step = report.step();
    examples += report.examples();
    nanos += report.elapsedNanos();
    losses.add(step, report.meanLoss());
    accuracies.add(step, (double) report.correct() / report.examples());
  }

  @Override
  public synchronized void onEpoch(EpochReport report) {
    epochs.add(
        new Epoch(
            report.epoch(),
            report.steps(),
            new Figures(report.trainLoss(), report.trainAccuracy()),
            report.validation().map(Figures::of),
            report.test().map(Figures::of),
            report.trainingNanos() / 1e9,
            report.best().filter(best -> best.epoch() == report.epoch()).isPresent()));
  }

  /** Says that the run has come to its end, with {@code result}, and returns that. */
  public synchronized TrainingResult ended(TrainingResult result) {
    boolean early = result.ending() == TrainingResult.Ending.STOPPED_EARLY;
    state = early ? State.STOPPED_EARLY : State.FINISHED;
    return result;
  }

  /** Says that there is no more to come: the run has ended, or something has ended it. */
  @Override
  public synchronized void close() {
    state = state == State.TRAINING ? State.BROKEN_OFF : state;
  }

  synchronized boolean isTraining() {
    return state == State.TRAINING;
  }

  synchronized View view() {
    double seconds = nanos / 1e9;
    return new View(
        facts,
        started,
        state,
        step,
        examples / seconds,
        seconds / (step - begin.step()) * (facts.lastStep() - step),
        List.copyOf(epochs),
        curves(losses, Figures::loss),
        curves(accuracies, Figures::accuracy));
  }

  private List<SvgChart.Curve> curves(MeanCurve steps, Function<Figures, Double> value) {
    return List.of(
        steps.named("training"),
        curve("validation", Epoch::validation, value),
        curve("test", Epoch::test, value));
  }

  private SvgChart.Curve curve(
      String name, Function<Epoch, Optional<Figures>> rows, Function<Figures, Double> value) {
    List<SvgChart.Point> points = new ArrayList<>();
    for (Epoch epoch : epochs) {
      rows.apply(epoch)
          .ifPresent(of -> points.add(new SvgChart.Point(epoch.step, value.apply(of))));
    }
    return new SvgChart.Curve(name, points);
  }
}
