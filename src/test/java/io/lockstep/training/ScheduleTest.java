package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import io.lockstep.base.HoconText;
import io.lockstep.base.InvalidInputException;
import io.lockstep.network.Network;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final int STEPS = 40;
  private static final int STEPS_PER_EPOCH = 4;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "constant | 1 | 0.5",
        "constant | 40 | 0.5",
        "step {everyEpochs = 2, factor = 0.1} | 1 | 0.5",
        "step {everyEpochs = 2, factor = 0.1} | 8 | 0.5",
        "step {everyEpochs = 2, factor = 0.1} | 9 | 0.05",
        "step {everyEpochs = 2, factor = 0.1} | 17 | 0.005",
        "exponential {factor = 0.5} | 4 | 0.5",
        "exponential {factor = 0.5} | 5 | 0.25",
        "exponential {factor = 0.5} | 9 | 0.125",
        "cosine | 1 | 0.5",
        "cosine | 21 | 0.25",
        "cosine {to = 0.2} | 1 | 0.5",
        "cosine {to = 0.2} | 21 | 0.3",
        "cosine {to = 1} | 33 | 0.5",
        "oneCycle | 1 | 0.02",
        "oneCycle | 12 | 0.5",
        "oneCycle | 40 | 2e-6",
        "oneCycle {warm = 0.275, startDivisor = 5, endDivisor = 2} | 1 | 0.1",
        "oneCycle {warm = 0.275, startDivisor = 5, endDivisor = 2} | 6 | 0.3",
        "oneCycle {warm = 0.275, startDivisor = 5, endDivisor = 2} | 11 | 0.5",
        "oneCycle {warm = 0.275, startDivisor = 5, endDivisor = 2} | 40 | 0.05",
        "warmup {steps = 5} | 1 | 0.1",
        "warmup {steps = 5} | 5 | 0.5",
        "warmup {steps = 5} | 6 | 0.5",
        "warmup {steps = 20, then {cosine {}}} | 20 | 0.5",
        "warmup {steps = 20, then {cosine {}}} | 21 | 0.5",
        "warmup {steps = 20, then {cosine {}}} | 31 | 0.25",
        "warmup {steps = 3, then {exponential {factor = 0.5}}} | 7 | 0.5",
        "warmup {steps = 3, then {exponential {factor = 0.5}}} | 8 | 0.25",
        "warmup {steps = 40, then {oneCycle {}}} | 40 | 0.5",
      })
  void learningRate_ofEachKind_isThatOfItsFormula(String hocon, long step, double expected) {
    RunStep at = new RunStep(step, STEPS, STEPS_PER_EPOCH);

    assertEquals(expected, schedule(hocon).learningRate(0.5, at), 1e-12);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "constant",
        "step {everyEpochs = 3, factor = 0.3}",
        "exponential {factor = 0.7}",
        "cosine",
        "cosine {to = 0.1}",
        "oneCycle",
        "oneCycle {warm = 0.1, startDivisor = 10, endDivisor = 100}",
        "warmup {steps = 7}",
        "warmup {steps = 7, then {warmup {steps = 2, then {cosine {to = 0.5}}}}}",
      })
  void toConfig_ofEachKind_isReadBackToTheSame(String hocon) {
    Schedule schedule = schedule(hocon);

    String written = schedule.toConfig().atKey("schedule").root().render(HoconText.HOCON);
    assertEquals(
        schedule,
        Schedule.of(ConfigFactory.parseString(written).getValue("schedule"), "training.schedule"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "step {everyEpochs = 0, factor = 0.5} | step everyEpochs must be >= 1, but was 0",
        "step {everyEpochs = 1, factor = 0} | step factor must be in (0, 1], but was 0.0",
        "step {everyEpochs = 1, factor = NaN} | step factor must be in (0, 1], but was NaN",
        "step {factor = 1} | training.schedule.step.everyEpochs is missing: set a whole number",
        "step | training.schedule.step.everyEpochs is missing: set a whole number",
        "exponential {factor = 1.1} | exponential factor must be in (0, 1], but was 1.1",
        "exponential {factor = NaN} | exponential factor must be in (0, 1], but was NaN",
        "exponential {} | training.schedule.exponential.factor is missing: set a number",
        "cosine {to = -0.1} | cosine to must be in [0, 1], but was -0.1",
        "cosine {to = NaN} | cosine to must be in [0, 1], but was NaN",
        "oneCycle {warm = 0} | oneCycle warm must be in (0, 1), but was 0.0",
        "oneCycle {warm = 1} | oneCycle warm must be in (0, 1), but was 1.0",
        "oneCycle {warm = NaN} | oneCycle warm must be in (0, 1), but was NaN",
        "oneCycle {startDivisor = 0.5} | oneCycle startDivisor must be >= 1 and finite, but was 0.5",
        "oneCycle {endDivisor = Infinity} | oneCycle endDivisor must be >= 1 and finite, but was"
            + " Infinity",
        "warmup {steps = 0} | warmup steps must be >= 1, but was 0",
        "warmup {then {cosine {}}} | training.schedule.warmup.steps is missing: set a whole number",
        "warmup {steps = 2, then {cosin {}}} | training.schedule.warmup.then = cosin is unknown; did"
            + " you mean cosine? Known: constant, cosine, exponential, oneCycle, step, warmup.",
        "warmup {steps = 2, than {cosine {}}} | Unknown setting training.schedule.warmup.than"
            + " (String: 1); did you mean then? Known settings here: steps, then.",
      })
  void of_badSettings_saysWhatIsWrong(String hocon, String message) {
    assertEquals(
        message, assertThrows(InvalidInputException.class, () -> schedule(hocon)).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "warmup {steps = 41} | training.schedule.warmup.steps must be at most the 40 steps there"
            + " are, but was 41. Warm up for fewer, or train for more epochs or in smaller batches.",
        "warmup {steps = 30, then {warmup {steps = 11}}} | training.schedule.warmup.then.warmup.steps"
            + " must be at most the 10 steps there are, but was 11. Warm up for fewer, or train for"
            + " more epochs or in smaller batches.",
        "oneCycle {warm = 0.025} | training.schedule.oneCycle.warm must be more than one step, but"
            + " was 0.025 of the 40 steps there are. Raise warm, or train for more epochs or in"
            + " smaller batches.",
        "warmup {steps = 37, then {oneCycle {}}} | training.schedule.warmup.then.oneCycle.warm must"
            + " be more than one step, but was 0.3 of the 3 steps there are. Raise warm, or train for"
            + " more epochs or in smaller batches.",
      })
  void plan_ofARunTooShortForItsSchedule_isRefusedWithRuleValueAndRemedy(
      String hocon, String message) {
    assertEquals(
        message, assertThrows(InvalidInputException.class, () -> plan(hocon)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "warmup {steps = 40, then {oneCycle {}}}",
        "warmup {steps = 36, then {oneCycle {}}}",
        "oneCycle {warm = 0.03}",
        "step {everyEpochs = 100, factor = 0.1}"
      })
  void plan_ofARunJustLongEnough_isMade(String hocon) {
    assertEquals(STEPS_PER_EPOCH, plan(hocon).schedule().stepsPerEpoch());
  }

  private static RunPlan plan(String hocon) {
    Network network = Runs.network("[flatten, {dense {units = 10}}]");
    TrainingConfig config = new TrainingConfig(10, 10, true, 1, 4, Sgd.DEFAULTS, schedule(hocon));
    return RunPlan.of(network, Runs.NORMALIZATION, config, 10 * STEPS_PER_EPOCH);
  }

  @Test
  void runStep_outsideItsRun_isRefused() {
    assertEquals(
        "number must be in [1, 40], but was 41",
        assertThrows(InvalidInputException.class, () -> new RunStep(41, 40, 4)).getMessage());
  }

  private static Schedule schedule(String hocon) {
    String value = hocon.contains("{") ? "{" + hocon + "}" : hocon;
    return Schedule.of(
        ConfigFactory.parseString("schedule = " + value).getValue("schedule"), "training.schedule");
  }
}
