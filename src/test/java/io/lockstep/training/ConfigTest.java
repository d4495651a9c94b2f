package io.lockstep.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import io.lockstep.base.HoconText;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {
  private static final TrainingConfig DEFAULTS = TrainingConfig.DEFAULTS;

  @Test
  void of_nothingSet_isTheDefaults() {
    assertEquals(DEFAULTS, config(""));
  }

  @Test
  void toConfig_writtenAndReadAgain_isEqual() {
    TrainingConfig config =
        new TrainingConfig(
            3,
            200,
            true,
            512,
            -7_000_000_000L,
            16,
            new Sgd(0.125, 0.9, true, 1e-4),
            new CosineSchedule(0.25),
            0.75,
            0.1,
            0.999,
            6,
            GradientFormat.BF16,
            new Selection(Selection.Keep.LAST, 7, false));

    assertEquals(config, config(config.toConfig().render(HoconText.HOCON)));
    assertEquals(config, config(config.toConfig().render(HoconText.JSON)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "adam",
        "{adam {learningRate = 0.002, beta1 = 0.8, beta2 = 0.9, epsilon = 1e-6, weightDecay = 0.1}}",
        "adamw",
        "{adamw {learningRate = 0.002, beta1 = 0.8, beta2 = 0.9, epsilon = 1e-6, weightDecay = 0}}",
      })
  void toConfig_eachOptimizer_isReadBackToTheSame(String optimizer) {
    TrainingConfig config = config("optimizer = " + optimizer);

    assertEquals(config, config(config.toConfig().render(HoconText.HOCON)));
  }

  @Test
  void toConfig_ofTheDefaults_saysWhatIsOff() {
    assertEquals("off", DEFAULTS.toConfig().atKey("t").getString("t.clipNorm"));
    assertEquals(0, DEFAULTS.toConfig().atKey("t").getDouble("t.labelSmoothing"));
    assertEquals(0, DEFAULTS.toConfig().atKey("t").getDouble("t.averageWeights"));
    assertEquals("off", DEFAULTS.toConfig().atKey("t").getString("t.patience"));
    assertEquals("auto", DEFAULTS.toConfig().atKey("t").getString("t.keep"));
    assertEquals("float32", DEFAULTS.toConfig().atKey("t").getString("t.gradients"));
    assertEquals(
        DEFAULTS,
        config(
            "clipNorm = off, labelSmoothing = 0, averageWeights = 0, patience = off, keep = auto,"
                + " testEveryEpoch = true"));
  }

  @Test
  void clipNorm_notANumber_isRejectedWithRuleAndValue() {
    assertEquals(
        "training.clipNorm must be > 0, but was NaN",
        message(
            () ->
                new TrainingConfig(
                    1,
                    1,
                    true,
                    0,
                    1,
                    1,
                    Sgd.DEFAULTS,
                    new ConstantSchedule(),
                    Double.NaN,
                    0,
                    0,
                    1,
                    GradientFormat.FLOAT32,
                    Selection.DEFAULTS)));
  }

  @Test
  void of_adamWithoutSettings_isPyTorchs() {
    assertEquals(new Adam(1e-3, 0.9, 0.999, 1e-8, 0), config("optimizer = adam").optimizer());
    assertEquals(new AdamW(1e-3, 0.9, 0.999, 1e-8, 0.01), config("optimizer = adamw").optimizer());
  }

  @Test
  void of_optimizerWithoutSettings_isPyTorchsWithTheLearningRateOfThePresets() {
    assertEquals(new Sgd(0.01, 0, false, 0), config("optimizer = sgd").optimizer());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void learningRate_outsideItsDomain_isRejectedWithRuleAndValue(double learningRate) {
    assertEquals(
        "sgd learningRate must be > 0 and finite, but was " + learningRate,
        message(() -> new Sgd(learningRate, 0, false, 0)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN, Double.POSITIVE_INFINITY})
  void momentum_outsideItsDomain_isRejectedWithRuleAndValue(double momentum) {
    assertEquals(
        "sgd momentum must be in [0, 1), but was " + momentum,
        message(() -> new Sgd(0.1, momentum, false, 0)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void weightDecay_outsideItsDomain_isRejectedWithRuleAndValue(double weightDecay) {
    assertEquals(
        "sgd weightDecay must be >= 0 and finite, but was " + weightDecay,
        message(() -> new Sgd(0.1, 0, false, weightDecay)));
  }

  @Test
  void nesterov_withoutMomentum_isRejected() {
    assertEquals(
        "sgd nesterov needs a momentum > 0: the momentum, but was 0.0",
        message(() -> new Sgd(0.1, 0, true, 0)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 3, 6, 2048})
  void shards_notAPowerOfTwoUpTo1024_areRejectedWithRuleAndValue(int shards) {
    assertEquals(
        "training.shards must be a power of two from 1 to 1024, but was " + shards,
        message(() -> DEFAULTS.withShards(shards)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "epochs = 0 | training.epochs must be >= 1, but was 0",
        "batchSize = 0 | training.batchSize must be >= 1, but was 0",
        "batchSize = 1.5 | training.batchSize must be a whole number, but was 1.5 (String: 1)",
        "shuffle = maybe | training.shuffle must be true or false, but was maybe (String: 1)",
        "seed = x | training.seed must be a whole number, but was x (String: 1)",
        "optimizer = sdg | training.optimizer = sdg is unknown; did you mean sgd? Known: adam,"
            + " adamw, sgd.",
        "optimizer = {sgd {learningRate = -1}} | sgd learningRate must be > 0 and finite, but was"
            + " -1.0",
        "optimizer = {sgd {learningrate = 1}} | Unknown setting"
            + " training.optimizer.sgd.learningrate (String: 1); did you mean learningRate? Known"
            + " settings here: learningRate, momentum, nesterov, weightDecay.",
        "schedule = constnt | training.schedule = constnt is unknown; did you mean constant?"
            + " Known: constant, cosine, exponential, oneCycle, step, warmup.",
        "optimizer = {adam {beta1 = NaN}} | adam beta1 must be in [0, 1), but was NaN",
        "optimizer = {adamw {beta2 = 1}} | adamw beta2 must be in [0, 1), but was 1.0",
        "optimizer = {adam {epsilon = 0}} | adam epsilon must be > 0 and finite in float32, but was"
            + " 0.0",
        "optimizer = {adam {epsilon = 1e-50}} | adam epsilon must be > 0 and finite in float32, but"
            + " was 1.0E-50",
        "optimizer = {adam {epsilon = NaN}} | adam epsilon must be > 0 and finite in float32, but was"
            + " NaN",
        "optimizer = {adamw {weightDecay = -1}} | adamw weightDecay must be >= 0 and finite, but was"
            + " -1.0",
        "optimizer = {adamw {learningRate = Infinity}} | adamw learningRate must be > 0 and finite,"
            + " but was Infinity",
        "optimizer = {adam {momentum = 0.9}} | Unknown setting training.optimizer.adam.momentum"
            + " (String: 1). Known settings here: beta1, beta2, epsilon, learningRate, weightDecay.",
        "schedule = {constant {x = 1}} | Unknown setting training.schedule.constant.x (String: 1)."
            + " Known settings here: none.",
        "epoch = 3 | Unknown setting training.epoch (String: 1); did you mean epochs? Known"
            + " settings here: averageEvery, averageWeights, batchSize, clipNorm, epochs, gradients, keep,"
            + " labelSmoothing, optimizer, patience, schedule, seed, shards, shuffle, shuffleBlock, testEveryEpoch.",
        "keep = first | training.keep must be best, last or auto, but was first",
        "patience = 0 | training.patience must be >= 1, or off, but was 0",
        "patience = 1.5 | training.patience must be a whole number, but was 1.5 (String: 1)",
        "patience = NaN | training.patience must be a whole number, but was NaN (String: 1)",
        "testEveryEpoch = 2 | training.testEveryEpoch must be true or false, but was 2 (String: 1)",
        "clipNorm = 0 | training.clipNorm must be > 0 and finite, or off, but was 0.0",
        "clipNorm = -1 | training.clipNorm must be > 0 and finite, or off, but was -1.0",
        "clipNorm = NaN | training.clipNorm must be > 0 and finite, or off, but was NaN",
        "clipNorm = Infinity | training.clipNorm must be > 0 and finite, or off, but was Infinity",
        "clipNorm = no | training.clipNorm must be a number, but was no (String: 1)",
        "labelSmoothing = 1 | training.labelSmoothing must be in [0, 1), but was 1.0",
        "labelSmoothing = -0.1 | training.labelSmoothing must be in [0, 1), but was -0.1",
        "labelSmoothing = NaN | training.labelSmoothing must be in [0, 1), but was NaN",
        "averageWeights = 1 | training.averageWeights must be in [0, 1), but was 1.0",
        "averageWeights = -0.1 | training.averageWeights must be in [0, 1), but was -0.1",
        "shuffleBlock = -1 | training.shuffleBlock must be >= 0, but was -1",
        "shuffle = false, shuffleBlock = 9 | training.shuffleBlock must be 0 where"
            + " training.shuffle is false, but was 9",
        "averageEvery = 0 | training.averageEvery must be >= 1, but was 0",
        "averageEvery = 2, optimizer = adam | training.averageEvery > 1 makes steps whose memory"
            + " ends with each average, so training.optimizer must be sgd, but was adam",
        "gradients = fp16 | training.gradients must be one of [float32, bf16], but was fp16",
        "averageWeights = NaN | training.averageWeights must be in [0, 1), but was NaN"
      })
  void of_badConfiguration_saysWhatIsWrong(String hocon, String message) {
    assertEquals(message, message(() -> config(hocon)));
  }

  private static TrainingConfig config(String hocon) {
    return TrainingConfig.of(Settings.of(ConfigFactory.parseString(hocon).root(), "training"));
  }

  private static String message(Executable executable) {
    return assertThrows(InvalidInputException.class, executable).getMessage();
  }
}
