package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.TestSpark;
import io.lockstep.Waiting;
import io.lockstep.training.GradientSum;
import io.lockstep.training.RangeSum;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.Work;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Worker 1 of two over real sockets; the driver and worker 0 are this test. */
@Tag("spark")
class PeerRoundsTest {
  private static final int PARAMETERS = SmallRun.MLP.parameterCount();
  private static final long LIMIT_SECONDS = 20;
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);

  private final byte[] token = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

  /** Each worker has two of the four shards, five rows of each shard in a step. */
  private final SmallRun run = new SmallRun(SmallRun.MLP, 40, 20, 4, false);

  private PeerRounds rounds = rounds(run);

  private PeerRounds rounds(SmallRun of) {
    HeldState start = new HeldState(0, of.session(TrainingListener.NONE).vectors());
    return new PeerRounds(of.plan(), start, 1, 2, token);
  }

  /** Asks for two steps, then to stop. */
  private static final class Driver implements Desk {
    private final Queue<WireFormat.Request> heard = new ConcurrentLinkedQueue<>();
    private volatile boolean answersFailures = true;

    @Override
    public int workers() {
      return 2;
    }

    @Override
    public long longestMessage() {
      return 1_000_000;
    }

    @Override
    public void take(WireFormat.Request request, Consumer<Work> reply) {
      heard.add(request);
      if (request.round() == WireFormat.BROKE && !answersFailures) {
        return;
      }
      boolean joins = request.round() == WireFormat.JOIN;
      Work.Kind kind = joins ? Work.Kind.GRADIENT : Work.Kind.STOP;
      reply.accept(new Work(1, kind, 1, 0, 2, new float[0], new double[0]));
    }
  }

  /** What worker 0 is told. */
  private final class Ear extends RpcHandler {
    private final Queue<WireFormat.Request> told = new ConcurrentLinkedQueue<>();

    @Override
    public void receive(TransportClient peer, ByteBuffer message) {
      RequestReader reader = new RequestReader(token, 2);
      assertTrue(reader.hasToken(message));
      told.add(reader.read(message, new MessageMemory()).orElseThrow());
    }

    @Override
    public void receive(TransportClient peer, ByteBuffer message, RpcResponseCallback callback) {
      throw new AssertionError("nobody asks worker 0");
    }

    @Override
    public StreamManager getStreamManager() {
      return new OneForOneStreamManager();
    }
  }

  private final Driver driver = new Driver();
  private final Ear ear = new Ear();
  private TransportEndpoint driverEndpoint;
  private TransportEndpoint endpoint;
  private TransportContext context;
  private TransportClientFactory clients;
  private TransportLine peer;

  @BeforeEach
  void open() throws Exception {
    driverEndpoint = new TransportEndpoint(TestSpark.context().getConf(), driver, token);
    context = SparkInternals.transport(ear);
    clients = context.createClientFactory();
    connect(rounds);
  }

  /** Worker 0 joins {@code worker}, in place of who was there. */
  private void connect(PeerRounds worker) throws Exception {
    if (endpoint != null) {
      peer.close();
      endpoint.close();
    }
    endpoint = new TransportEndpoint("127.0.0.1", worker, token);
    peer = line(0, "worker 1", endpoint, LIMIT_NANOS);
    peer.await(peer.send(request(WireFormat.JOIN, List.of()), Slice.NONE));
    worker.awaitPeers(LIMIT_NANOS);
  }

  @AfterEach
  void close() {
    clients.close();
    context.close();
    endpoint.close();
    driverEndpoint.close();
  }

  private TransportLine line(int worker, String who, TransportEndpoint to, long limitNanos)
      throws Exception {
    TransportLine.Place place = new TransportLine.Place(who, "127.0.0.1", to.port(), token);
    return new TransportLine(clients, worker, place, limitNanos);
  }

  private static WireFormat.Request request(long round, List<RangeSum> sums) {
    return new WireFormat.Request(0, round, 0, "", sums);
  }

  private static List<RangeSum> sums(int worker, int values) {
    GradientSum sum = new GradientSum(new float[values], 1, 3, 10, 10);
    return List.of(new RangeSum(2 * worker, 2, sum));
  }

  private void tell(long step, List<RangeSum> sums) {
    tell(token, request(step, sums));
  }

  private void tell(byte[] with, WireFormat.Request request) {
    ByteBuffer message = WireFormat.encode(with, request, new MessageMemory());
    SparkInternals.tell(peer.connection(), message, why -> {});
  }

  private long work(long limitNanos, Function<Work, List<RangeSum>> kernel) throws Exception {
    return rounds.run("here", line(1, "the driver", driverEndpoint, limitNanos), kernel);
  }

  private long work() throws Exception {
    return work(LIMIT_NANOS, work -> sums(1, PARAMETERS));
  }

  private String failure() {
    return assertThrows(RunFailedException.class, this::work).getMessage();
  }

  private void assertDriverHears(long round, String text) {
    Waiting.await(
        LIMIT_SECONDS,
        () -> "round " + round + ", " + text + " among " + driver.heard,
        () ->
            driver.heard.stream()
                .anyMatch(said -> said.round() == round && said.text().equals(text)));
  }

  @Test
  void run_twoStepsAskedFor_tellsEachAndReportsBothTogether() throws Exception {
    tell(1, sums(0, PARAMETERS));
    tell(2, sums(0, PARAMETERS));

    assertEquals(2, work());

    assertEquals(List.of(0L, 1L), driver.heard.stream().map(WireFormat.Request::round).toList());
    List<RangeSum> reported = List.copyOf(driver.heard).get(1).sums();
    assertEquals(2, reported.size());
    for (RangeSum sum : reported) {
      assertEquals(2, sum.first());
      assertEquals(10, ((GradientSum) sum.sum()).examples());
      assertEquals(0, ((GradientSum) sum.sum()).gradient().length);
    }
    assertEquals(List.of(1L, 2L), ear.told.stream().map(WireFormat.Request::round).toList());
    GradientSum told = (GradientSum) ear.told.element().sums().get(0).sum();
    assertArrayEquals(new float[PARAMETERS], told.gradient());
  }

  @Test
  void run_clippedStepWithoutWeight_isReportedAsOneWithoutLength() throws Exception {
    SmallRun clipping =
        new SmallRun(SmallRun.MLP, 40, 20, 4, false, "optimizer {sgd {}}, clipNorm = 1");
    rounds = rounds(clipping);
    connect(rounds);
    GradientSum nothing = new GradientSum(new float[PARAMETERS], 0, 3, 10, 0);
    tell(1, List.of(new RangeSum(0, 2, nothing)));

    assertEquals(1, work(LIMIT_NANOS, work -> List.of(new RangeSum(2, 2, nothing))));

    WireFormat.Request report = List.copyOf(driver.heard).get(1);
    assertEquals(1, report.sums().size());
    assertTrue(Double.isNaN(report.squares()), report::toString);
  }

  @Test
  void run_driverThatDoesNotAnswerAboutAFailure_givesUp() {
    driver.answersFailures = false;
    long limitNanos = TimeUnit.SECONDS.toNanos(1);

    RunFailedException e =
        assertThrows(
            RunFailedException.class,
            () ->
                work(
                    limitNanos,
                    work -> {
                      throw new IllegalStateException("no rows");
                    }));

    assertDriverHears(WireFormat.BROKE, "java.lang.IllegalStateException: no rows");
    assertEquals(
        "Worker 1 waited 1 s for the driver at 127.0.0.1:"
            + driverEndpoint.port()
            + " and gave up.",
        e.getMessage());
  }

  @Test
  void hear_stepsOutOfTurn_tellsTheDriverAndEnds() {
    tell(3, sums(0, PARAMETERS));

    assertEquals("Worker 0 told its sums for step 3 out of turn.", failure());
    assertDriverHears(WireFormat.BROKE, "Worker 0 told its sums for step 3 out of turn.");
  }

  @Test
  void hear_theSameStepTwice_ends() {
    tell(1, sums(0, PARAMETERS));
    tell(1, sums(0, PARAMETERS));

    assertEquals("Worker 0 told its sums for step 1 out of turn.", failure());
  }

  @Test
  void hear_sumsOfAnotherLength_ends() {
    tell(1, sums(0, PARAMETERS - 1));

    assertEquals("Worker 0 told what is no sum for GRADIENT over 2 shards from 0 on.", failure());
  }

  @Test
  void run_peerThatTellsNothing_isBlamedAtTheDriverAndGivenUp() {
    long limitNanos = TimeUnit.SECONDS.toNanos(2);

    RunFailedException e =
        assertThrows(RunFailedException.class, () -> work(limitNanos, work -> sums(1, PARAMETERS)));

    assertEquals("Worker 1 waited 2 s for the sums of workers [0] and gave up.", e.getMessage());
    assertDriverHears(WireFormat.WAITS, "0");
  }

  @Test
  void run_peerThatGoesAway_failsAndSaysWho() {
    peer.close();

    String message = failure();
    assertTrue(message.startsWith("Worker 1 lost worker 0 at "), message);
  }

  @Test
  void tell_withoutTheToken_isRefusedAndEndsTheConnection() {
    tell(new byte[WireFormat.TOKEN_BYTES], request(1, sums(0, PARAMETERS)));

    String message = failure();
    assertTrue(message.startsWith("Worker 1 lost worker 0 at "), message);
    assertEquals(1, endpoint.refused());
    assertFalse(peer.connection().isActive());
  }

  @Test
  void run_kernelThatFails_tellsTheDriverAndThrowsIt() {
    RuntimeException failure = new IllegalStateException("no rows");

    RuntimeException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                work(
                    LIMIT_NANOS,
                    work -> {
                      throw failure;
                    }));

    assertSame(failure, thrown);
    assertDriverHears(WireFormat.BROKE, failure.toString());
  }

  @Test
  void run_kernelThatMeetsAnError_throwsIt() {
    Error failure = new OutOfMemoryError("a test's");

    assertSame(
        failure,
        assertThrows(
            OutOfMemoryError.class,
            () ->
                work(
                    LIMIT_NANOS,
                    work -> {
                      throw failure;
                    })));
  }

  @Test
  void awaitPeers_othersThatDoNotCome_givesUpAndSaysWhoDid() {
    PeerRounds alone = rounds(run);

    assertEquals(
        "Worker 1 waited 0 s for all others to connect, and only workers [] did.",
        assertThrows(RunFailedException.class, () -> alone.awaitPeers(1_000_000)).getMessage());
  }
}
