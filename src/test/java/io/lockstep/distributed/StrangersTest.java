package io.lockstep.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.TestSpark;
import io.lockstep.data.Dealer;
import io.lockstep.data.Digits;
import io.lockstep.data.Shard;
import io.lockstep.data.ShardGroup;
import io.lockstep.data.Split;
import io.lockstep.training.GradientSum;
import io.lockstep.training.RangeSum;
import io.lockstep.training.ShardWorker;
import io.lockstep.training.TrainingListener;
import io.lockstep.training.TrainingSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Those who find the driver's port, over real sockets. */
@Tag("spark")
class StrangersTest {
  private static final int MESSAGES = 10_000;
  private static final int STRANGERS = 4;
  private static final int WORKERS = 2;
  private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int ANSWER_MILLIS = 20_000;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final byte CHUNK_FETCH_REQUEST = 0;
  private static final byte RPC_REQUEST = 3;
  private static final byte RPC_RESPONSE = 4;
  private static final byte STREAM_REQUEST = 6;
  private static final byte ONE_WAY_MESSAGE = 9;
  private static final byte UPLOAD_STREAM = 10;

  private final byte[] token = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5, 6};
  private final SmallRun run = new SmallRun(SmallRun.MLP, 130, 20, 4, true);
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger refusable = new AtomicInteger();
  private final Queue<Socket> halfOpen = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> problems = new ConcurrentLinkedQueue<>();

  /** Makes each of the run's rounds last until strangers have sent their share. */
  private void pace(long round) {
    long rounds = 2L * (run.plan().schedule().stepsPerEpoch() + 1);
    while (sent.get() < MESSAGES * round / rounds && problems.isEmpty()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  private static ShardGroup part(ShardGroup whole, int worker) {
    int first = ShardGroup.firstShard(worker, WORKERS, whole.count());
    int end = ShardGroup.firstShard(worker + 1, WORKERS, whole.count());
    Map<Split, List<Shard>> own = new EnumMap<>(Split.class);
    whole.splits().forEach((split, shards) -> own.put(split, shards.subList(first, end)));
    return new ShardGroup(first, own);
  }

  private void work(ShardGroup shards, int worker, int port) throws Exception {
    ShardWorker kernel = new ShardWorker(run.plan(), shards);
    try (Dialogue exchange =
        new TransportExchange.Place("127.0.0.1", port, token, LIMIT_NANOS).connect(worker)) {
      exchange.serve(
          "here",
          work -> {
            pace(work.round());
            return kernel.run(work);
          });
    }
  }

  /** Code that a thread runs. */
  @FunctionalInterface
  private interface Job {
    void run() throws Exception;
  }

  private Thread started(Job job) {
    Thread thread =
        new Thread(
            () -> {
              try {
                job.run();
              } catch (Exception | AssertionError e) {
                problems.add(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Test
  void train_amongTenThousandHostileMessages_keepsTheBits() throws Exception {
    TrainingSession session = run.session(TrainingListener.NONE);
    Coordinator coordinator = new Coordinator(session, run.plan(), WORKERS, () -> {});
    ShardGroup whole =
        Dealer.group(
            Digits.draw(Split.TRAIN, run.trainRows()),
            Digits.draw(Split.TEST, SmallRun.TEST_ROWS),
            run.shards());
    try (TransportEndpoint endpoint =
        new TransportEndpoint(TestSpark.context().getConf(), coordinator, token)) {
      List<Thread> threads = new ArrayList<>();
      for (int worker = 0; worker < WORKERS; worker++) {
        int number = worker;
        threads.add(started(() -> work(part(whole, number), number, endpoint.port())));
      }
      for (int stranger = 0; stranger < STRANGERS; stranger++) {
        SplittableRandom random = new SplittableRandom(stranger);
        threads.add(started(() -> molest(endpoint.port(), random)));
      }
      assertTimeoutPreemptively(
          PATIENCE,
          () -> {
            coordinator.await(PATIENCE.toNanos());
            for (Thread thread : threads) {
              thread.join();
            }
          });

      assertEquals(List.of(), List.copyOf(problems));
      assertEquals(run.local(), SmallRun.bits(session.result()));
      assertEquals(MESSAGES, sent.get());
      assertTrue(
          endpoint.refused() >= refusable.get(),
          () -> endpoint.refused() + " refused of " + refusable + " that must be");
      assertTrue(refusable.get() > MESSAGES / 2);
    } finally {
      for (Socket socket : halfOpen) {
        socket.close();
      }
    }
  }

  private void molest(int port, SplittableRandom random) throws IOException {
    for (int i = 0; i < MESSAGES / STRANGERS; i++) {
      byte[] bytes =
          switch (i % 10) {
            case 0, 1 -> mustBeRefused(rpc(RPC_REQUEST, random(random, random.nextInt(300))));
            case 2, 3 -> mustBeRefused(rpc(RPC_REQUEST, damaged(random)));
            case 4 -> mustBeRefused(oversized(random));
            case 5 -> mustBeRefused(oneWay(random));
            case 6 -> mustBeRefused(stream(random));
            case 7 -> random(random, random.nextInt(1, 2_000));
            case 8 -> rpc(RPC_RESPONSE, random(random, 30));
            default -> new byte[0];
          };
      if (bytes.length > 0) {
        send(port, bytes);
      } else if (halfOpen.size() < 200) {
        Socket silent = new Socket(InetAddress.getLoopbackAddress(), port);
        silent.getOutputStream().write(new byte[random.nextInt(8)]); // not even a length
        halfOpen.add(silent);
      }
      sent.incrementAndGet();
    }
  }

  private byte[] mustBeRefused(byte[] message) {
    refusable.incrementAndGet();
    return message;
  }

  /** Sends {@code bytes}, and sees that the driver ends the conversation when this side does. */
  private static void send(int port, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(ANSWER_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      socket.shutdownOutput();
      InputStream in = socket.getInputStream();
      byte[] answer = in.readAllBytes();
      assertTrue(answer.length < 10_000, () -> "no weights for strangers: " + answer.length);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("neither answered nor closed", e);
    } catch (IOException e) {
      assertTrue(
          e.getMessage().matches("Connection reset.*|Broken pipe.*|Socket is closed.*"),
          e::toString); // closed while we were sending
    }
  }

  private static byte[] random(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] frame(byte type, int size, Consumer<ByteBuffer> rest) {
    ByteBuffer frame = ByteBuffer.allocate(8 + 1 + size).putLong(8 + 1 + size).put(type);
    rest.accept(frame);
    return frame.array();
  }

  private static byte[] rpc(byte type, byte[] body) {
    return frame(
        type, 8 + 4 + body.length, frame -> frame.putLong(1).putInt(body.length).put(body));
  }

  /** The right token before a report that is cut off, or goes on behind its end. */
  private byte[] damaged(SplittableRandom random) {
    GradientSum sum = new GradientSum(new float[20], 1, 1, 5, 5);
    ByteBuffer whole =
        WireFormat.encode(
            token,
            new WireFormat.Request(0, 1, 1, "me", List.of(new RangeSum(0, 2, sum))),
            new MessageMemory());
    int size = whole.remaining();
    int cut =
        random.nextInt(4) == 0
            ? size + random.nextInt(1, 9)
            : random.nextInt(WireFormat.TOKEN_BYTES, size);
    byte[] bytes = new byte[cut];
    whole.get(bytes, 0, Math.min(cut, size));
    return bytes;
  }

  private static byte[] oversized(SplittableRandom random) {
    long claimed =
        switch (random.nextInt(4)) {
          case 0 -> Integer.MAX_VALUE;
          case 1 -> 1L << random.nextInt(20, 64);
          case 2 -> -random.nextLong(1L << 40);
          default -> 100_000 + random.nextInt(1 << 30);
        };
    return ByteBuffer.allocate(8 + 5_000).putLong(claimed).array();
  }

  private byte[] oneWay(SplittableRandom random) {
    byte[] body = random.nextBoolean() ? random(random, 50) : joining();
    return frame(ONE_WAY_MESSAGE, 4 + body.length, frame -> frame.putInt(body.length).put(body));
  }

  private byte[] joining() {
    ByteBuffer whole =
        WireFormat.encode(
            token,
            new WireFormat.Request(0, WireFormat.JOIN, 0, "nowhere", List.of()),
            new MessageMemory());
    byte[] bytes = new byte[whole.remaining()];
    whole.get(bytes);
    return bytes;
  }

  private static byte[] stream(SplittableRandom random) {
    byte[] name = random(random, 10);
    return switch (random.nextInt(3)) {
      case 0 -> frame(CHUNK_FETCH_REQUEST, 8 + 4, frame -> frame.putLong(random.nextLong()));
      case 1 -> frame(STREAM_REQUEST, 4 + 10, frame -> frame.putInt(10).put(name));
      default -> // with a body of a terabyte
          frame(
              UPLOAD_STREAM,
              8 + 4 + 10 + 8,
              frame -> frame.putLong(1).putInt(10).put(name).putLong(1L << 40));
    };
  }
}
