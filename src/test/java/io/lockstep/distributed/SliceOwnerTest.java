package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lockstep.training.GradientSum;
import io.lockstep.training.RangeSum;
import io.lockstep.training.Sgd;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingSession;
import io.lockstep.training.Work;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SliceOwnerTest {
  private static final int PARAMETERS = SmallRun.MLP.parameterCount();
  private static final Slice SLICE = Slice.of(1, 2, PARAMETERS);

  /** Two workers, each with two of the four shards, five rows of each shard in a step. */
  private final SmallRun run = new SmallRun(SmallRun.MLP, 40, 20, 4, false);

  private final TrainingSession session = run.session(TrainingListener.NONE);
  private final SliceOwner owner =
      new SliceOwner(run.plan(), new HeldState(0, session.vectors()), SLICE, 2);
  private final List<Work> received = new ArrayList<>();

  private void send(int worker, long round, int values) {
    GradientSum sum = new GradientSum(new float[values], 1, 3, 10, 10);
    owner.take(
        new WireFormat.Request(worker, round, 0, "", List.of(new RangeSum(2 * worker, 2, sum))),
        received::add);
  }

  @Test
  void take_sumsOfAll_givesAllTheNewWeights() {
    assertEquals(Set.of(), owner.missing());
    send(0, 1, SLICE.length());
    assertEquals(List.of(), received);
    assertEquals(Set.of(1), owner.missing());
    send(1, 1, SLICE.length());

    assertEquals(Set.of(), owner.missing());
    assertEquals(2, received.size());
    assertEquals(Work.Kind.GRADIENT, received.get(0).kind());
    assertArrayEquals(owner.vectors().get(0), received.get(0).weights());
    assertEquals(Optional.empty(), owner.failure());
  }

  @Test
  void take_sumsOfAnotherLength_letsAllGoAndSaysWhose() {
    send(0, 1, SLICE.length());
    send(1, 1, SLICE.length() - 1);

    assertLetGo("Worker 1 sent what is no sum for GRADIENT over 2 shards from 2 on.");
  }

  @Test
  void take_anotherRound_letsAllGoAndSaysWhose() {
    send(0, 1, SLICE.length());
    send(1, 2, SLICE.length());

    assertLetGo("Worker 1 sent its slice of round 2 out of turn.");
  }

  @Test
  void take_theSameWorkerTwice_letsItGo() {
    send(0, 1, SLICE.length());
    send(0, 1, SLICE.length());

    assertEquals(Optional.of("Worker 0 sent its slice of round 1 out of turn."), owner.failure());
    assertEquals(Work.Kind.STOP, received.get(0).kind());
  }

  /** The owner of a run that clips, when it has all sums. */
  private SliceOwner withSums() {
    SmallRun clipping =
        new SmallRun(SmallRun.MLP, 40, 20, 4, false, "optimizer {sgd {}}, clipNorm = 0.5");
    float[] weights = session.vectors().get(0);
    SliceOwner clips =
        new SliceOwner(clipping.plan(), new HeldState(0, List.of(weights)), SLICE, 2);
    for (int worker = 0; worker < 2; worker++) {
      float[] gradient = new float[SLICE.length()];
      gradient[1] = 30;
      GradientSum sum = new GradientSum(gradient, 1, 3, 10, 10);
      clips.take(
          new WireFormat.Request(worker, 1, 0, "", List.of(new RangeSum(2 * worker, 2, sum))),
          received::add);
    }
    return clips;
  }

  private void sendSquares(SliceOwner clips, int worker, double squares) {
    clips.take(
        new WireFormat.Request(worker, 1, 0, "", List.of(), List.of(), squares), received::add);
  }

  @Test
  void take_sumsOfAllWhereGradientsAreClipped_givesSquaresAndThenTheWeights() {
    SliceOwner clips = withSums();
    float first = clips.vectors().get(0)[1];

    assertEquals(2, received.size());
    assertEquals(3_600, Arrays.stream(received.get(0).squares()).sum());
    assertEquals(0, received.get(0).weights().length);
    sendSquares(clips, 0, 3_600);
    assertEquals(Set.of(1), clips.missing());
    sendSquares(clips, 1, 3_600);

    assertEquals(4, received.size());
    assertArrayEquals(clips.vectors().get(0), received.get(3).weights());
    double step = Sgd.DEFAULTS.learningRate() * 0.5; // the mean gradient is 3 long, and cut to 0.5
    assertEquals(first - step, received.get(3).weights()[1], 1e-6);
  }

  @Test
  void take_squaresThatAreNotFinite_makesNoStepAndLetsAllGo() {
    SliceOwner clips = withSums();
    float[] before = clips.vectors().get(0).clone();
    sendSquares(clips, 1, Double.NaN);
    sendSquares(clips, 0, Double.NaN);

    assertEquals(Work.Kind.STOP, received.get(3).kind());
    assertArrayEquals(before, clips.vectors().get(0));
    assertEquals(Optional.empty(), clips.failure(), "the driver says why");
  }

  @Test
  void take_squaresOfAnotherSum_letsAllGoAndSaysWhose() {
    SliceOwner clips = withSums();
    sendSquares(clips, 1, 3_600);
    sendSquares(clips, 0, 3_601);

    assertEquals(Optional.of("Worker 0 sent squares of 3601.0, not 3600.0."), clips.failure());
    assertEquals(Work.Kind.STOP, received.get(2).kind());
    assertEquals(Work.Kind.STOP, received.get(3).kind());
  }

  @Test
  void take_sumsWhereSquaresAreDue_letsAllGoAndSaysWhose() {
    SliceOwner clips = withSums();
    GradientSum sum = new GradientSum(new float[SLICE.length()], 1, 3, 10, 10);
    clips.take(
        new WireFormat.Request(1, 1, 0, "", List.of(new RangeSum(2, 2, sum))), received::add);

    assertEquals(Optional.of("Worker 1 sent sums where squares were due."), clips.failure());
  }

  private void assertLetGo(String why) {
    assertEquals(Optional.of(why), owner.failure());
    assertEquals(
        List.of(Work.Kind.STOP, Work.Kind.STOP), received.stream().map(Work::kind).toList());
    send(0, 2, SLICE.length());
    assertEquals(Work.Kind.STOP, received.get(2).kind());
  }

  @Test
  void rounds_reportsThatNobodyAskedFor_areDefects() {
    CountedRounds rounds = new CountedRounds(new ExpectedReports(run.plan(), 2, 0), PARAMETERS, 2);
    Work gradient = new Work(1, Work.Kind.GRADIENT, 1, 0, new float[0]);
    Work state = new Work(1, Work.Kind.STATE, 1, 0, new float[0]);
    List<RangeSum> counts =
        List.of(new RangeSum(2, 2, new GradientSum(new float[0], 1, 3, 10, 10)));
    List<float[]> vectors = List.of(new float[SLICE.length()], new float[SLICE.length()]);

    assertEquals(Optional.empty(), rounds.defect(gradient, report(counts, List.of())));
    assertEquals(Optional.empty(), rounds.defect(state, report(List.of(), vectors)));
    assertEquals(
        Optional.of("2 vectors for GRADIENT, not 0 of 0 values"),
        rounds.defect(gradient, report(counts, vectors)));
    assertEquals(
        Optional.of("1 vectors for STATE, not 2 of " + SLICE.length() + " values"),
        rounds.defect(state, report(List.of(), vectors.subList(0, 1))));
    assertEquals(
        Optional.of("sums where none was asked for"),
        rounds.defect(state, report(counts, vectors)));
    assertEquals(
        Optional.of("2 vectors that nobody asked for"),
        new StarRounds(new ExpectedReports(run.plan(), 2))
            .defect(gradient, report(counts, vectors)));
  }

  private static WireFormat.Request report(List<RangeSum> sums, List<float[]> vectors) {
    return report(sums, vectors, 0);
  }

  private static WireFormat.Request report(
      List<RangeSum> sums, List<float[]> vectors, double squares) {
    return new WireFormat.Request(1, 1, 0, "", sums, vectors, squares);
  }

  @Test
  void rounds_fewerStepsThanAskedFor_areADefectUnlessTheLastGradientIsNotFinite() {
    CountedRounds rounds = new CountedRounds(new ExpectedReports(run.plan(), 2, 0), PARAMETERS, 2);
    Work two = new Work(1, Work.Kind.GRADIENT, 1, 0, 2, new float[0], new double[0]);
    RangeSum step = new RangeSum(2, 2, new GradientSum(new float[0], 1, 3, 10, 10));
    RangeSum others = new RangeSum(0, 2, step.sum());

    assertEquals(Optional.empty(), rounds.defect(two, report(List.of(step, step), List.of())));
    assertEquals(
        Optional.empty(), rounds.defect(two, report(List.of(step), List.of(), Double.NaN)));
    assertEquals(
        Optional.of("1 steps, not 2"), rounds.defect(two, report(List.of(step), List.of())));
    assertEquals(
        Optional.of("0 steps, not 2"),
        rounds.defect(two, report(List.of(), List.of(), Double.NaN)));
    assertEquals(
        Optional.of("3 steps, not 2"),
        rounds.defect(two, report(List.of(step, step, step), List.of())));
    assertEquals(
        Optional.of("a sum over 2 shards from 0 on, not 2 from 2 on"),
        rounds.defect(two, report(List.of(others, others), List.of())));
  }

  @Test
  void handed_workThatTheWorkersHaveWeightsFor_carriesNone() {
    CountedRounds rounds = new CountedRounds(new ExpectedReports(run.plan(), 2, 0), PARAMETERS, 2);
    Map<Work.Kind, Integer> expected =
        Map.of(
            Work.Kind.GRADIENT, 0,
            Work.Kind.STATE, 0,
            Work.Kind.VALIDATION, 3,
            Work.Kind.TEST, 3,
            Work.Kind.STOP, 3);

    expected.forEach(
        (kind, values) ->
            assertEquals(
                values, rounds.handed(new Work(1, kind, 1, 0, new float[3])).weights().length));
  }
}
