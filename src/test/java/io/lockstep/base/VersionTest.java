package io.lockstep.base;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VersionTest {
  /**
   * SHA-256 over the golden sums of BitsIT's own two networks, by the arithmetic they were made
   * with. A number once here keeps its sums for good: checkpoints carry it.
   */
  private static final Map<Integer, String> SUMS =
      Map.of(2, "b78fd6f7154fbeeb74681be73702fabc6d56bdb969403da7db0442eb2b5f31d1");

  private final Properties golden = new Properties();

  @BeforeEach
  void load() throws IOException {
    try (InputStream in = VersionTest.class.getResourceAsStream("/io/lockstep/bits.properties")) {
      golden.load(in);
    }
  }

  @Test
  void arithmetic_isThatOfTheGoldenSums() {
    assertEquals(
        String.valueOf(Version.ARITHMETIC),
        golden.getProperty("arithmetic"),
        "bits.properties is of another arithmetic than Version.ARITHMETIC: take its lines from the"
            + " failing BitsIT, and write the number there");
  }

  @Test
  void goldenSums_ofAnArithmetic_neverChange() {
    Map<String, String> sums = new TreeMap<>();
    for (String run : golden.stringPropertyNames()) {
      if (run.startsWith("branched.") || run.startsWith("strided.")) {
        sums.put(run, golden.getProperty(run));
      }
    }
    StringBuilder lines = new StringBuilder();
    sums.forEach((run, sum) -> lines.append(run).append('=').append(sum).append('\n'));
    MessageDigest digest = Sha256.digest();
    digest.update(lines.toString().getBytes(StandardCharsets.UTF_8));

    assertEquals(
        SUMS.get(Version.ARITHMETIC),
        Sha256.hex(digest),
        "The golden sums are not those of arithmetic "
            + Version.ARITHMETIC
            + ". If the same run now ends with other bits, raise Version.ARITHMETIC and the number in"
            + " bits.properties, and add its sums here, beside the old ones");
  }
}
