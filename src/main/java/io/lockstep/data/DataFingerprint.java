package io.lockstep.data;

import io.lockstep.base.Settings;
import io.lockstep.base.Sha256;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which rows a run is of: the same for images in this JVM and for a DataFrame, for any number of
 * shards and workers.
 *
 * <p>Row {@code i} of a split is in residue class {@code i mod 1024}. S is a power of two, at most
 * as many, so a class is in one shard, in order. The checksum of a split is a SHA-256 over those of
 * its classes, and theirs are over each row's features, label and weight.
 *
 * @param trainRows how many are trained on
 * @param validationRows how many are held out of training
 * @param sha256 over both: what decides the weights
 * @param testSha256 over the rows of the test, which decide only its figures; empty without any
 */
public record DataFingerprint(
    long trainRows, long validationRows, String sha256, Optional<String> testSha256) {
  /** As many as a run has shards at most. */
  static final int CLASSES = 1024;

  /**
   * The checksums of the residue classes that one shard has: {@code s, s + S, s + 2 S, ...}.
   *
   * @param trained of each class, over its rows to train and to validate on
   * @param tested of each class, over its rows of the test
   */
  public record OfShard(List<String> trained, List<String> tested) implements Serializable {
    /** Those of shard {@code number} of {@code group}, out of {@code shards}. */
    public static OfShard of(ShardGroup group, int number, int shards) {
      Range train = Range.all(group.shard(Split.TRAIN, number));
      Range validation = Range.all(group.shard(Split.VALIDATION, number));
      Range test = Range.all(group.shard(Split.TEST, number));
      int classes = CLASSES / shards;
      List<String> trained = new ArrayList<>();
      List<String> tested = new ArrayList<>();
      for (int k = 0; k < classes; k++) {
        trained.add(digest(k, classes, train, validation));
        tested.add(digest(k, classes, test));
      }
      return new OfShard(trained, tested);
    }
  }

  /** Rows {@code [from, end)}, numbered from 0 again. */
  private record Range(Shard shard, int from, int end) {
    private static Range all(Shard shard) {
      return new Range(shard, 0, shard.rows());
    }
  }

  /** Over every {@code step}-th row of each range, starting with its row {@code first}. */
  private static String digest(int first, int step, Range... ranges) {
    MessageDigest digest = Sha256.digest();
    for (Range range : ranges) {
      for (long row = (long) range.from + first; row < range.end; row += step) {
        range.shard.digest((int) row, digest);
      }
    }
    return Sha256.hex(digest);
  }

  /**
   * That of rows which were dealt.
   *
   * @param rows how many there are of each split
   * @param shards of each shard, from number 0 on
   */
  public static DataFingerprint of(Map<Split, Long> rows, List<OfShard> shards) {
    return of(
        rows.get(Split.TRAIN),
        rows.get(Split.VALIDATION),
        rows.get(Split.TEST),
        inOrder(shards.stream().map(OfShard::trained).toList()),
        inOrder(shards.stream().map(OfShard::tested).toList()));
  }

  private static List<String> inOrder(List<List<String>> ofShards) {
    int shards = ofShards.size();
    return IntStream.range(0, CLASSES)
        .mapToObj(c -> ofShards.get(c % shards).get(c / shards))
        .toList();
  }

  /**
   * That of images in this JVM.
   *
   * @param trainEnd the first rows of {@code train} are trained on, up to this one
   * @param validationEnd those after them are held out, up to this one
   */
  public static DataFingerprint of(
      LabeledImages train, int trainEnd, int validationEnd, LabeledImages test) {
    Shard allTrain = whole(train);
    Range trained = new Range(allTrain, 0, trainEnd);
    Range validated = new Range(allTrain, trainEnd, validationEnd);
    Range tested = Range.all(whole(test));
    return of(
        trainEnd,
        validationEnd - trainEnd,
        test.rows(),
        IntStream.range(0, CLASSES)
            .parallel()
            .mapToObj(c -> digest(c, CLASSES, trained, validated))
            .toList(),
        IntStream.range(0, CLASSES).parallel().mapToObj(c -> digest(c, CLASSES, tested)).toList());
  }

  private static Shard whole(LabeledImages images) {
    return new Shard(0, new Features.Bytes(images.imageSize(), images.pixels()), images.labels());
  }

  private static DataFingerprint of(
      long trainRows,
      long validationRows,
      long testRows,
      List<String> trained,
      List<String> tested) {
    Optional<String> test =
        testRows == 0 ? Optional.empty() : Optional.of(digest(tested, testRows));
    return new DataFingerprint(
        trainRows, validationRows, digest(trained, trainRows, validationRows), test);
  }

  private static String digest(List<String> classes, long... rows) {
    MessageDigest digest = Sha256.digest();
    for (long count : rows) {
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(count).flip());
    }
    for (String ofClass : classes) {
      digest.update(ofClass.getBytes(StandardCharsets.US_ASCII));
    }
    return Sha256.hex(digest);
  }

  /**
   * Whether both may be of one run: the same rows to train and validate on, and no other test where
   * both have one.
   */
  public boolean sameAs(DataFingerprint other) {
    return sha256.equals(other.sha256) && sameTest(other);
  }

  private boolean sameTest(DataFingerprint other) {
    return testSha256.isEmpty()
        || other.testSha256.isEmpty()
        || testSha256.equals(other.testSha256);
  }

  /** The checksum by which this is not {@link #sameAs} another. */
  public String differing(DataFingerprint other) {
    return sha256.equals(other.sha256) ? testSha256.orElse("") : sha256;
  }

  /** What {@link #of(Settings)} reads back to this. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("trainRows", trainRows);
    map.put("validationRows", validationRows);
    map.put("sha256", sha256);
    testSha256.ifPresent(test -> map.put("testSha256", test));
    return map;
  }

  /** Reads what {@link #toMap} wrote. */
  public static DataFingerprint of(Settings settings) {
    DataFingerprint result =
        new DataFingerprint(
            settings.longValue("trainRows"),
            settings.longValue("validationRows"),
            settings.stringValue("sha256"),
            Optional.of(settings.stringValue("testSha256", "")).filter(test -> !test.isEmpty()));
    settings.rejectUnknown();
    return result;
  }
}
