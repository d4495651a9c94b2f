package io.lockstep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.Hostile;
import io.lockstep.base.HoconReader;
import io.lockstep.base.InvalidInputException;
import io.lockstep.network.Network;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Run files that somebody made to do harm. */
@Tag("hostile")
class HostileRunFileTest {
  private static final int TRIALS = 10_000;
  private static final long CONSTANT = 4L << 20;
  private static final long FACTOR = 1000;

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("run.conf");
  }

  @Test
  void read_hostileFile_isReadOrRefused() throws IOException {
    List<byte[]> valid =
        List.of(
            Files.readAllBytes(Path.of("conf", "cnn.conf")),
            Files.readAllBytes(Path.of("conf", "softmax.conf")));

    int refused =
        Hostile.refusals(
            TRIALS,
            file.toString(),
            CONSTANT,
            FACTOR,
            valid,
            bytes -> {
              Files.write(file, bytes);
              RunConfig.read(file, List.of());
            });

    assertTrue(refused > TRIALS / 3, "refused " + refused);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[", "{", "a{", "a=[", "a.", "a.b=1,", "a=${", "${a}", "a=${a}\n", "a+=1\n", "\"", "\"\"\"",
        "#", "//", "\\u", "1", "-", "1e", "a=b ", "include ", "include \"x\"\n", "\n", "\0",
            "\uFEFF"
      })
  void read_fileOfNothingButOneThing_isReadOrRefused(String repeated) throws IOException {
    Files.writeString(file, "n = " + repeated.repeat((1 << 14) / repeated.length()));
    byte[] bytes = Files.readAllBytes(file);
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () ->
            assertTrue(
                Hostile.isRefused(
                    repeated,
                    file.toString(),
                    bytes,
                    CONSTANT + 10 * FACTOR * bytes.length,
                    ignored -> RunConfig.read(file, List.of()))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b ", "[1] ", "a.k%d = 1\n", "a { k%d = 1 }\n", "{ a = 1 } "})
  void read_longestFileThatTheParserIsSlowWith_endsSoon(String repeated) throws IOException {
    StringBuilder text = new StringBuilder("name = ");
    for (int i = 0; text.length() < HoconReader.MAX_BYTES - 20; i++) {
      text.append(repeated.replace("%d", Integer.toString(i)));
    }
    refusal(text.toString());
  }

  private String refusal(String text) throws IOException {
    Files.writeString(file, text);
    return assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () ->
            assertThrows(InvalidInputException.class, () -> RunConfig.read(file, List.of()))
                .getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "include \"/etc/passwd\" | /etc/passwd",
        "include file(\"/dev/zero\") | /dev/zero",
        "include \"../other.conf\" | ../other.conf",
        "include \"..\" | ..",
        "include url(\"http://127.0.0.1:1/x.conf\") | http://127.0.0.1:1/x.conf",
        "include \"http://127.0.0.1:1/x.conf\" | http://127.0.0.1:1/x.conf",
        "include classpath(\"reference.conf\") | classpath reference.conf",
        "include required(file(\"/etc/passwd\")) | /etc/passwd",
      })
  void read_includeOfSomethingElsewhere_isRefused(String include, String what) throws IOException {
    assertEquals(
        file + " includes " + what + ", but only a run file may include, and only files beside it.",
        refusal(include));
  }

  @Test
  void read_includeOfItself_isRefused() throws IOException {
    assertEquals(
        file + " is included through more than 8 files. Does a file include itself?",
        refusal("include \"run.conf\"\ninclude \"run.conf\""));
  }

  @Test
  void read_includeOfWhatIsNotThere_isRefused() throws IOException {
    assertEquals(
        file + " includes none.conf, which is no file beside it.",
        refusal("include \"none.conf\""));
  }

  @Test
  void read_includeOfANeighbour_isTaken() throws IOException {
    Files.copy(Path.of("conf", "cnn.conf"), folder.resolve("cnn.conf"));
    Files.writeString(file, "include \"cnn.conf\"\nname = mine");

    RunConfig run = RunConfig.read(file, List.of());

    assertEquals("mine", run.name());
    assertEquals(10, Network.of(run.network()).classes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"name = ${name}", "name = ${a}\na = ${name}", "name = ${?HOME}", "name = ${PATH}"})
  void read_substitution_isRefused(String text) throws IOException {
    assertEquals(
        file
            + " must say its values itself, but refers to others with ${...}. Write them out, or use"
            + " --set.",
        refusal(text));
  }

  @Test
  void read_substitutionsThatDouble_areRefusedUnresolved() throws IOException {
    StringBuilder text = new StringBuilder("a0 = aaaaaaaaaaaaaaaa\n");
    for (int i = 1; i < 60; i++) {
      text.append(String.format("a%d = ${a%d}${a%d}\n", i, i - 1, i - 1));
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    Files.write(file, bytes);

    assertTrue(
        Hostile.isRefused(
            "doubling",
            file.toString(),
            bytes,
            CONSTANT + FACTOR * bytes.length,
            ignored -> RunConfig.read(file, List.of())));
  }

  @Test
  void read_deepNesting_isRefused() throws IOException {
    String tooDeep =
        file
            + " must be nested at most 50 deep, but is deeper. It is no description of a network or"
            + " a run.";
    assertEquals(tooDeep, refusal("name = " + "[".repeat(60) + "]".repeat(60)));
    assertEquals(tooDeep, refusal("name = " + "[".repeat(60_000) + "]".repeat(60_000)));
    assertEquals(tooDeep, refusal("a.".repeat(5_000) + "a = 1"));
  }

  @Test
  void read_moreThanTheLimit_isRefusedUnread() throws IOException {
    assertEquals(
        file
            + " must have at most 131,072 bytes, but has 131,073. It is no description of a"
            + " network or a run.",
        refusal("#".repeat(HoconReader.MAX_BYTES + 1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training.epochs = 1e99 | training.epochs must be a whole number, but was 1.0E99",
        "training.epochs = 99999999999999999999 | training.epochs must be a whole number",
        "training.seed = 1e400 | training.seed must be a whole number, but was",
        "data.validationRows = 2147483648 | data.validationRows must be a whole number",
        "training.batchSize = -9223372036854775809 | training.batchSize must be a whole number",
      })
  void read_giantNumber_isRefusedWithItsRule(String setting, String rule) throws IOException {
    String network = "network { input = [2], layers = [{dense {units = 2}}] }\n";
    String message = refusal(network + setting);

    assertTrue(message.startsWith(file + ": " + rule), message);
  }
}
