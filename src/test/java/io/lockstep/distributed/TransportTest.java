package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.TestSpark;
import io.lockstep.data.Dealer;
import io.lockstep.data.Digits;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.Split;
import io.lockstep.training.RangeSum;
import io.lockstep.training.ShardWorker;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingSession;
import io.lockstep.training.Work;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class TransportTest {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final byte[] token = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  private final SmallRun run = new SmallRun(20, 10, 2, false);
  private final TrainingSession session = run.session(TrainingListener.NONE);
  private final Coordinator coordinator = new Coordinator(session, run.plan(), 1, () -> {});
  private TransportEndpoint endpoint;

  @BeforeEach
  void open() {
    SparkConf conf = TestSpark.context().getConf();
    endpoint = new TransportEndpoint(conf, coordinator, token);
  }

  @AfterEach
  void close() {
    endpoint.close();
  }

  private Dialogue connect(byte[] withToken, int worker) throws Exception {
    return new TransportExchange.Place("127.0.0.1", endpoint.port(), withToken, LIMIT_NANOS)
        .connect(worker);
  }

  @Test
  void join_withTheToken_getsTheWeights() throws Exception {
    try (Dialogue exchange = connect(token, 0)) {
      Work work = exchange.join("here");

      assertEquals(Work.Kind.GRADIENT, work.kind());
      assertArrayEquals(session.work().weights(), work.weights());
    }
    assertEquals(0, endpoint.refused());
  }

  @Test
  void join_withAnotherToken_isRefusedAndCounted() throws Exception {
    float[] before = session.work().weights().clone();
    try (Dialogue stranger = connect(new byte[16], 0)) {
      assertThrows(RunFailedException.class, () -> stranger.join("elsewhere"));
    }

    assertEquals(1, endpoint.refused());
    assertArrayEquals(before, session.work().weights());
  }

  @Test
  void join_asAWorkerThatDoesNotExist_isRefusedAndCounted() throws Exception {
    try (Dialogue unknown = connect(token, 1)) {
      assertThrows(RunFailedException.class, () -> unknown.join("elsewhere"));
    }

    assertEquals(1, endpoint.refused());
  }

  @Test
  void join_ofTheStageBefore_isRefusedByTheNext() throws Exception {
    byte[] nextToken = new byte[16];
    Coordinator next = new Coordinator(session, run.plan(), 1, () -> {});
    try (TransportEndpoint nextEndpoint =
            new TransportEndpoint(TestSpark.context().getConf(), next, nextToken);
        Dialogue zombie =
            new TransportExchange.Place("127.0.0.1", nextEndpoint.port(), token, LIMIT_NANOS)
                .connect(0)) {
      assertThrows(RunFailedException.class, () -> zombie.report(1, List.of(), 0));

      assertEquals(1, nextEndpoint.refused());
      assertEquals(0, session.steps());
    }
  }

  @Test
  void broke_ofAWorker_endsTheRunWithWhatItSays() throws Exception {
    try (Dialogue exchange = connect(token, 0)) {
      exchange.join("executor 7 on somewhere");

      exchange.broke("java.lang.ArithmeticException: / by zero");
    }

    RunFailedException e =
        assertThrows(RunFailedException.class, () -> coordinator.await(LIMIT_NANOS));
    assertEquals(
        "Worker 0 (executor 7 on somewhere) failed in epoch 1, after step 0:"
            + " java.lang.ArithmeticException: / by zero",
        e.getMessage());
  }

  @Test
  void connect_driverThatIsNotThere_failsInsteadOfWaiting() {
    endpoint.close();

    IOException e = assertThrows(IOException.class, () -> connect(token, 0));

    assertEquals("Failed to connect to /127.0.0.1:" + endpoint.port(), e.getMessage());
  }

  @Test
  void report_driverGoesAway_failsInsteadOfWaiting() throws Exception {
    Coordinator oneOfTwo = new Coordinator(session, run.plan(), 2, () -> {});
    TransportEndpoint leaving =
        new TransportEndpoint(TestSpark.context().getConf(), oneOfTwo, token);
    List<Throwable> failures = new ArrayList<>();
    try (Dialogue exchange =
        new TransportExchange.Place("127.0.0.1", leaving.port(), token, LIMIT_NANOS).connect(0)) {
      Thread worker =
          new Thread(
              () -> {
                try {
                  exchange.join("here");
                } catch (RunFailedException | InterruptedException e) {
                  failures.add(e);
                }
              });
      worker.start();
      Thread.sleep(300); // until it waits for the second worker, who never comes
      leaving.close();
      worker.join(TimeUnit.NANOSECONDS.toMillis(LIMIT_NANOS));
    }

    assertEquals(1, failures.size());
    assertEquals(RunFailedException.class, failures.get(0).getClass());
  }

  private Dialogue connect(TransportEndpoint to, long limitNanos) throws Exception {
    return new TransportExchange.Place("127.0.0.1", to.port(), token, limitNanos).connect(0);
  }

  private ShardWorker kernel() {
    LabeledImages train = Digits.draw(Split.TRAIN, run.trainRows());
    LabeledImages test = Digits.draw(Split.TEST, SmallRun.TEST_ROWS);
    return new ShardWorker(run.plan(), Dealer.group(train, test, run.shards()));
  }

  @Test
  void serve_kernelSlowerThanTheLongestWait_computesTheBitsOfTheReference() throws Exception {
    ShardWorker kernel = kernel();
    Function<Work, List<RangeSum>> slow =
        work -> {
          if (work.round() == 1) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2_500));
          }
          return kernel.run(work);
        };
    try (Dialogue exchange = connect(endpoint, TimeUnit.SECONDS.toNanos(1))) {
      assertEquals(6, exchange.serve("here", slow), "two epochs of two steps and a test");
    }

    coordinator.await(LIMIT_NANOS);
    assertEquals(run.local(), SmallRun.bits(session.result()));
  }

  private Throwable thrownWith(Function<Work, List<RangeSum>> kernel) throws Exception {
    try (Dialogue exchange = connect(endpoint, LIMIT_NANOS)) {
      return assertThrows(Throwable.class, () -> exchange.serve("here", kernel));
    }
  }

  @Test
  void serve_kernelThatFails_tellsTheDriverAndThrowsTheSame() throws Exception {
    ArithmeticException failure = new ArithmeticException("/ by zero");
    Throwable thrown =
        thrownWith(
            work -> {
              throw failure;
            });

    assertSame(failure, thrown);
    RunFailedException e =
        assertThrows(RunFailedException.class, () -> coordinator.await(LIMIT_NANOS));
    assertEquals(
        "Worker 0 (here) failed in epoch 1, after step 0: java.lang.ArithmeticException: / by zero",
        e.getMessage());
  }

  @Test
  void serve_kernelWithoutMemory_throwsTheError() throws Exception {
    OutOfMemoryError failure = new OutOfMemoryError("Java heap space");
    Throwable thrown =
        thrownWith(
            work -> {
              throw failure;
            });

    assertSame(failure, thrown);
  }

  @Test
  void serve_interruptedWhileComputing_endsWhenTheKernelIsAtRest() throws Exception {
    CountDownLatch computing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean atRest = new AtomicBoolean();
    Function<Work, List<RangeSum>> kernel =
        work -> {
          computing.countDown();
          Uninterrupted.run(goOn::await);
          atRest.set(true);
          return List.of();
        };
    CompletableFuture<Boolean> restedAtEnd = new CompletableFuture<>();
    try (Dialogue exchange = connect(endpoint, LIMIT_NANOS)) {
      Thread task =
          new Thread(
              () -> {
                try {
                  exchange.serve("here", kernel);
                } catch (InterruptedException e) {
                  restedAtEnd.complete(atRest.get());
                } catch (RuntimeException e) {
                  restedAtEnd.completeExceptionally(e);
                }
              });
      task.start();
      assertTrue(computing.await(LIMIT_NANOS, TimeUnit.NANOSECONDS));
      task.interrupt();
      task.join(300);
      assertTrue(task.isAlive(), "the kernel is not at rest");
      goOn.countDown();

      assertTrue(restedAtEnd.get(LIMIT_NANOS, TimeUnit.NANOSECONDS));
    }
  }

  @Test
  void serve_driverThatDoesNotAnswer_givesUp() throws Exception {
    Coordinator oneOfTwo = new Coordinator(session, run.plan(), 2, () -> {});
    try (TransportEndpoint waiting =
            new TransportEndpoint(TestSpark.context().getConf(), oneOfTwo, token);
        Dialogue exchange = connect(waiting, TimeUnit.SECONDS.toNanos(1))) {
      RunFailedException e =
          assertThrows(RunFailedException.class, () -> exchange.serve("here", kernel()::run));

      assertEquals(
          "Worker 0 waited 1 s for the driver at 127.0.0.1:" + waiting.port() + " and gave up.",
          e.getMessage());
    }
  }

  @Test
  void serve_driverGoesAway_failsInsteadOfWaiting() throws Exception {
    Coordinator oneOfTwo = new Coordinator(session, run.plan(), 2, () -> {});
    TransportEndpoint leaving =
        new TransportEndpoint(TestSpark.context().getConf(), oneOfTwo, token);
    Thread closing =
        new Thread(
            () -> {
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
              leaving.close(); // while the first worker waits for the second one
            });
    try (Dialogue exchange = connect(leaving, LIMIT_NANOS)) {
      closing.start();
      RunFailedException e =
          assertThrows(RunFailedException.class, () -> exchange.serve("here", kernel()::run));

      assertTrue(
          e.getMessage().startsWith("Worker 0 lost the driver at 127.0.0.1:"), e::getMessage);
    } finally {
      closing.join();
    }
  }

  @Test
  void message_beforeTheAnswerToTheLast_isRefusedAndEndsTheConnection() throws Exception {
    Coordinator oneOfTwo = new Coordinator(session, run.plan(), 2, () -> {});
    List<Throwable> failures = new ArrayList<>();
    try (TransportEndpoint waiting =
            new TransportEndpoint(TestSpark.context().getConf(), oneOfTwo, token);
        Dialogue exchange =
            new TransportExchange.Place("127.0.0.1", waiting.port(), token, LIMIT_NANOS)
                .connect(0)) {
      Thread worker =
          new Thread(
              () -> {
                try {
                  exchange.join("here");
                } catch (RunFailedException | InterruptedException e) {
                  failures.add(e);
                }
              });
      worker.start();
      Thread.sleep(300); // until it waits for the second worker, who never comes

      RunFailedException e =
          assertThrows(RunFailedException.class, () -> exchange.report(1, List.of(), 0));

      worker.join(TimeUnit.NANOSECONDS.toMillis(LIMIT_NANOS));
      assertEquals(1, failures.size());
      assertEquals(RunFailedException.class, failures.get(0).getClass());
      assertTrue(e.getMessage().startsWith("Worker 0 lost the driver at 127.0.0.1:"));
      assertEquals(1, waiting.refused());
    }
  }

  @Test
  void connection_thatSaysNothing_isClosedAndCounted() throws Exception {
    long briefly = TimeUnit.MILLISECONDS.toNanos(200);
    try (TransportEndpoint impatient =
            new TransportEndpoint(TestSpark.context().getConf(), coordinator, token, briefly);
        Socket silent = new Socket(InetAddress.getLoopbackAddress(), impatient.port());
        Dialogue worker =
            new TransportExchange.Place("127.0.0.1", impatient.port(), token, LIMIT_NANOS)
                .connect(0)) {
      worker.join("here");
      silent.setSoTimeout((int) TimeUnit.NANOSECONDS.toMillis(LIMIT_NANOS));

      assertEquals(-1, silent.getInputStream().read(), "closed");
      assertEquals(1, impatient.refused());
      Thread.sleep(300); // a worker may be silent for as long as it computes
      worker.broke("still there");
    }
  }

  @Test
  void frame_thatClaimsGigabytes_closesTheConnectionBeforeTheyAreKept() throws Exception {
    try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), endpoint.port())) {
      stranger.setSoTimeout((int) TimeUnit.NANOSECONDS.toMillis(LIMIT_NANOS));
      byte[] head = ByteBuffer.allocate(Long.BYTES).putLong(1L << 30).array();
      stranger.getOutputStream().write(head);

      assertEquals(-1, stranger.getInputStream().read(), "closed");
    }
    assertEquals(1, endpoint.refused());
  }

  @Test
  void broke_withALongText_isCutAndTaken() throws Exception {
    try (Dialogue exchange = connect(token, 0)) {
      exchange.join("here");

      exchange.broke("x".repeat(1_000_000));
    }

    RunFailedException e =
        assertThrows(RunFailedException.class, () -> coordinator.await(LIMIT_NANOS));
    assertEquals(
        "Worker 0 (here) failed in epoch 1, after step 0: " + "x".repeat(8_000), e.getMessage());
  }
}
