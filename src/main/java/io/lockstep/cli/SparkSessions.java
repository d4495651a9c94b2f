package io.lockstep.cli;

import io.lockstep.base.InvalidInputException;
import io.lockstep.distributed.RunFailedException;
import io.lockstep.lanes.KernelChoice;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;

/** Starts the Spark of a command. */
final class SparkSessions {
  static final String DEFAULT_MASTER = "local[*]";

  private static final int CONNECT_MILLIS = 5_000;

  private static final String LOCAL_CLUSTER = "local-cluster";

  private static final String JARS = "spark.jars";
  private static final String EXECUTOR_OPTIONS = "spark.executor.defaultJavaOptions";
  private static final String EXECUTOR_CLASS_PATH = "spark.executor.extraClassPath";

  private static final String ARCHIVE_OPTION = "-XX:SharedArchiveFile=";

  /**
   * What C2 must know to compile the vector kernels well, see {@code submit/lib.sh}. Not which
   * collector: a JVM takes one option of that, and {@code spark.executor.extraJavaOptions} may have
   * it.
   */
  private static final String KERNEL_OPTIONS =
      "-XX:+IgnoreUnrecognizedVMOptions -XX:-UseProfiledLoopPredicate -XX:-UseFPUForSpilling";

  private SparkSessions() {}

  /**
   * A session at {@code option.master}, or where spark-submit says if that is null.
   *
   * @throws RunFailedException if a standalone master does not answer
   */
  static SparkSession open(String name, SparkOption option) {
    start(name, option);
    return SparkSession.builder().getOrCreate();
  }

  /** The same without a session, which takes a second more to load what Spark's SQL knows. */
  static JavaSparkContext start(String name, SparkOption option) {
    SparkConf conf = conf(option).setAppName("lockstep " + name);
    String url = master(option, conf);
    conf.setMaster(url);
    requireReachable(url);
    if (url.startsWith("local")) {
      conf.setIfMissing("spark.driver.host", "localhost");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    }
    conf.set(EXECUTOR_OPTIONS, executorOptions(conf));
    if (runsHere(url)) {
      KernelChoice.prepare();
      ownJar().ifPresent(own -> conf.set(JARS, without(own, conf.get(JARS, ""))));
    } else if (url.startsWith(LOCAL_CLUSTER)) {
      String classPath = System.getProperty("java.class.path");
      ownJar().ifPresent(own -> shareClasses(conf, own, classPath, jvmOptions()));
    }
    conf.setIfMissing("spark.executorEnv.OPENBLAS_NUM_THREADS", "1");
    // A barrier stage starts all its tasks at once or not at all: it can't wait for locality.
    conf.setIfMissing("spark.locality.wait", "0s");
    try {
      return JavaSparkContext.fromSparkContext(SparkContext.getOrCreate(conf));
    } catch (Exception e) { // Spark's own is checked, but its API declares none
      throw new InvalidInputException(
          "Spark does not start at --master " + url + ": " + e.getMessage(), e);
    }
  }

  /**
   * Begins to compile the vector kernels, if they will run in this JVM: the earlier, the sooner
   * they are fast.
   */
  static void prepareKernels(SparkOption option) {
    if (runsHere(master(option, conf(option)))) {
      KernelChoice.prepare();
    }
  }

  /** Whether the tasks run in this JVM. */
  private static boolean runsHere(String url) {
    return url.equals("local") || url.startsWith("local[");
  }

  private static SparkConf conf(SparkOption option) {
    SparkConf conf = new SparkConf();
    option.conf.forEach(conf::set);
    return conf;
  }

  private static String master(SparkOption option, SparkConf conf) {
    return option.master != null ? option.master : conf.get("spark.master", DEFAULT_MASTER);
  }

  /** Ours, and after them those of {@code conf}, which win. */
  static String executorOptions(SparkConf conf) {
    return (KERNEL_OPTIONS + " " + conf.get(EXECUTOR_OPTIONS, "")).strip();
  }

  /**
   * Lets executors on this machine read the files that this JVM reads: none is sent a copy of
   * {@code ownJar}, and they map the archive of classes that {@code submit/lib.sh} makes, if this
   * JVM does. The archive is for {@code classPath}, which must come first for it to be taken.
   */
  static void shareClasses(
      SparkConf conf, String ownJar, String classPath, List<String> jvmOptions) {
    String file = URI.create("file:" + ownJar).getPath();
    if (!List.of(classPath.split(File.pathSeparator)).contains(file)) {
      return; // Spark's own launcher loaded it apart, and sends it
    }
    conf.set(JARS, without(ownJar, conf.get(JARS, "")));
    String given = conf.get(EXECUTOR_CLASS_PATH, "");
    conf.set(
        EXECUTOR_CLASS_PATH, given.isEmpty() ? classPath : given + File.pathSeparator + classPath);
    jvmOptions.stream()
        .filter(option -> option.startsWith(ARCHIVE_OPTION))
        .filter(option -> !option.matches(".*[\"\\\\].*")) // which would end what quotes a blank
        .forEach(
            option ->
                conf.set(EXECUTOR_OPTIONS, '"' + option + "\" " + conf.get(EXECUTOR_OPTIONS, "")));
  }

  private static List<String> jvmOptions() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments();
  }

  /** Spark on its way up, in a thread of its own, while the caller does what needs no Spark. */
  static final class Starting implements AutoCloseable {
    private final FutureTask<JavaSparkContext> start;

    private Starting(FutureTask<JavaSparkContext> start) {
      this.start = start;
    }

    /** The same as {@link #start}, later. */
    static Starting begin(String name, SparkOption option) {
      FutureTask<JavaSparkContext> start = new FutureTask<>(() -> start(name, option));
      new Thread(start, "lockstep-spark-start").start();
      return new Starting(start);
    }

    /** Waits for Spark; throws what {@link #start} does. */
    JavaSparkContext context() {
      try {
        return start.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RunFailedException("Interrupted while Spark was starting.", e);
      }
    }

    /** Stops Spark, if it came up. */
    @Override
    public void close() {
      JavaSparkContext started;
      try {
        started = context();
      } catch (RuntimeException e) {
        return; // the caller knows, or something else failed before it asked
      }
      started.close();
    }
  }

  /** The one this class is from, as in a URI, unless it is from a folder. */
  private static Optional<String> ownJar() {
    return Arrays.stream(JavaSparkContext.jarOfClass(SparkSessions.class)).findFirst();
  }

  /**
   * {@code jars} but for {@code ownJar}: this JVM has it, and would fetch its 45 MB from itself,
   * through a socket, for its own tasks.
   */
  private static String without(String ownJar, String jars) {
    return Arrays.stream(jars.split(","))
        .filter(jar -> !jar.endsWith(ownJar))
        .collect(Collectors.joining(","));
  }

  /** How the command's Spark reaches filesystems, without starting it. */
  static Configuration hadoop(SparkOption option) {
    return SparkHadoopUtil.get().newConfiguration(conf(option));
  }

  /** Spark itself tries for a minute, and then says that its context was stopped. */
  private static void requireReachable(String url) {
    if (!url.startsWith("spark://")) {
      return;
    }
    String lastError = "it names no host:port";
    for (String address : url.substring("spark://".length()).split(",", -1)) {
      int colon = address.lastIndexOf(':');
      if (colon > 0 && address.substring(colon + 1).matches("\\d{1,5}")) {
        String host = address.substring(0, colon);
        int port = Integer.parseInt(address.substring(colon + 1));
        try (Socket socket = new Socket()) {
          socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
          return;
        } catch (IOException | IllegalArgumentException e) {
          lastError = e.getMessage();
        }
      }
    }
    throw new RunFailedException(
        String.format(
            "No Spark master answers at %s (%s). Start one with submit/cluster.sh start, or leave"
                + " --master out to run here.",
            url, lastError));
  }
}
