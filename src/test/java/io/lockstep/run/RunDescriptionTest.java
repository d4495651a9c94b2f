package io.lockstep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import io.lockstep.base.InvalidInputException;
import io.lockstep.checkpoint.RunIdentity;
import io.lockstep.data.DataFingerprint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RunDescriptionTest {
  private static final DataFingerprint DATA = new DataFingerprint(40, 20, "abc", Optional.empty());

  private static RunDescription run(String... overrides) {
    return RunDescription.of(RunConfig.read(Path.of("conf", "softmax.conf"), List.of(overrides)));
  }

  @Test
  void completedBy_aRunCutShortFromGivenWeights_takesBothOver() {
    RunIdentity there =
        run().endingAfter(OptionalLong.of(7)).beginningWith(Optional.of("abc")).identity(DATA);

    RunDescription completed = run().completedBy(there);

    assertEquals(OptionalLong.of(7), completed.maxSteps());
    assertEquals(Optional.of("abc"), completed.firstWeightsSha256());
    assertEquals(there.sha256(), completed.identity(DATA).sha256());
  }

  @Test
  void completedBy_whatWasAskedFor_stays() {
    RunIdentity there = run().endingAfter(OptionalLong.of(7)).identity(DATA);

    RunDescription asked = run().endingAfter(OptionalLong.of(9)).completedBy(there);

    assertEquals(OptionalLong.of(9), asked.maxSteps());
    assertEquals(Optional.empty(), asked.firstWeightsSha256());
  }

  @Test
  void identity_otherSettings_isAnother() {
    String own = run().identity(DATA).sha256();

    assertEquals(own, run("distributed.workers=2", "name=x").identity(DATA).sha256());
    assertNotEquals(own, run("training.testEveryEpoch=false").identity(DATA).sha256());
    assertNotEquals(own, run().endingAfter(OptionalLong.of(1)).identity(DATA).sha256());
  }

  @Test
  void identity_gradientsInBf16_isAnotherAndRefusesToGoOn() {
    RunIdentity own = run().identity(DATA);
    RunIdentity rounded = run("training.gradients=bf16").identity(DATA);

    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> own.requireSame(rounded, "c", RunIdentity.Accepted.ANY_ARITHMETIC));
    assertNotEquals(own.sha256(), rounded.sha256());
    assertEquals(
        "c is of another run: training.gradients is float32 there, bf16 here. Resume with"
            + " the settings it was started with, or start a new run without --resume.",
        e.getMessage());
  }

  @Test
  void completed_ofThisLockstep_isEqual() {
    RunIdentity own = run().endingAfter(OptionalLong.of(7)).identity(DATA);

    assertEquals(own.sha256(), RunDescription.completed(own).sha256());
  }

  @Test
  void completed_ofALaterLockstep_isLeftToTheComparison() {
    RunIdentity own = run().identity(DATA);
    RunIdentity later =
        new RunIdentity(
            own.arithmetic(),
            own.network(),
            own.data(),
            ConfigFactory.parseString("training.later = 1").withFallback(own.settings()));

    assertSame(later, RunDescription.completed(later));
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> later.requireSame(own, "c", RunIdentity.Accepted.SAME_ARITHMETIC));
    assertEquals(
        "c is of another run: training.later is 1 there, not set here. Resume with the settings it"
            + " was started with, or start a new run without --resume.",
        e.getMessage());
  }

  @Test
  void endingAfter_noStep_isRefused() {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> run().endingAfter(OptionalLong.of(0)));

    assertEquals("maxSteps must be >= 1, but was 0", e.getMessage());
  }
}
