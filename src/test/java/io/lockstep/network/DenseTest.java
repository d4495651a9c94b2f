package io.lockstep.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dense layers larger than what is packed at a time, against sums in double precision. */
class DenseTest {
  private static final int BATCH = 20;
  private static final double CLOSE = 1e-3;

  private static LayerRun run(int inputs, int units) {
    SplittableRandom random = new SplittableRandom(5);
    LayerRun run = new LayerRun(new Dense(units).on(new Shape.Vector(inputs)), BATCH);
    run.fill(LayerRun.draw(run.input.length, random), LayerRun.draw(run.parameters.length, random));
    float[] gradient = LayerRun.draw(run.outputGradient.length, random);
    System.arraycopy(gradient, 0, run.outputGradient, 0, gradient.length);
    run.forward();
    return run;
  }

  @ParameterizedTest
  @CsvSource({"620, 12", "37, 173", "6200, 3"})
  void forward_moreThanIsPackedAtATime_isWxPlusB(int inputs, int units) {
    LayerRun run = run(inputs, units);

    for (int example = 0; example < BATCH; example++) {
      for (int unit = 0; unit < units; unit++) {
        double sum = run.parameters[units * inputs + unit];
        for (int i = 0; i < inputs; i++) {
          sum += (double) run.parameters[unit * inputs + i] * run.input[example * inputs + i];
        }
        assertEquals(sum, run.output[example * units + unit], CLOSE, example + ", unit " + unit);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"620, 32", "37, 390"})
  void parameterGradient_moreThanIsSummedAtATime_isTheSumOverTheBatch(int inputs, int units) {
    LayerRun run = run(inputs, units);
    float[] gradient = run.parameterGradient();

    for (int unit = 0; unit < units; unit++) {
      for (int i = 0; i <= inputs; i++) {
        double sum = 0;
        for (int example = 0; example < BATCH; example++) {
          double x = i < inputs ? run.input[example * inputs + i] : 1;
          sum += x * run.outputGradient[example * units + unit];
        }
        int at = i < inputs ? unit * inputs + i : units * inputs + unit;
        assertEquals(sum, gradient[at], CLOSE, "unit " + unit + ", input " + i);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"620, 32", "37, 390"})
  void parameterGradient_sharesOfABatch_areSummedApartThenAdded(int inputs, int units) {
    LayerRun run = run(inputs, units);
    int length = LayerRun.OFFSET + run.parameters.length;
    float[] first = new float[length];
    float[] second = new float[length];
    Shares apart = new Shares(2);
    apart.put(7, first, false);
    apart.put(BATCH - 7, second, false);
    run.sum(apart);
    float[] both = new float[length];
    Shares together = new Shares(2);
    together.put(7, both, false);
    together.put(BATCH - 7, both, true);
    run.sum(together);

    float[] added = new float[length];
    for (int i = 0; i < length; i++) {
      added[i] = first[i] + second[i];
    }
    assertArrayEquals(added, both);
    float[] whole = run.parameterGradient();
    for (int i = 0; i < whole.length; i++) {
      assertEquals(whole[i], both[LayerRun.OFFSET + i], CLOSE, "parameter " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({"620, 12", "37, 173"})
  void inputGradient_moreThanIsPackedAtATime_isTheWeightsTurned(int inputs, int units) {
    LayerRun run = run(inputs, units);
    run.computeInputGradient();

    for (int example = 0; example < BATCH; example++) {
      for (int i = 0; i < inputs; i++) {
        double sum = 0;
        for (int unit = 0; unit < units; unit++) {
          sum +=
              (double) run.parameters[unit * inputs + i]
                  * run.outputGradient[example * units + unit];
        }
        assertEquals(sum, run.inputGradient[example * inputs + i], CLOSE, example + ", input " + i);
      }
    }
  }
}
