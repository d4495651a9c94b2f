package io.lockstep.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lockstep.TestSpark;
import io.lockstep.base.Seeds;
import io.lockstep.data.Split;
import io.lockstep.network.Dense;
import io.lockstep.network.Ensemble;
import io.lockstep.network.Flatten;
import io.lockstep.network.Initializer;
import io.lockstep.network.Network;
import io.lockstep.network.NetworkSpec;
import io.lockstep.network.Normalization;
import io.lockstep.network.Shape;
import io.lockstep.network.TrainedNetwork;
import io.lockstep.training.EvaluationSum;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class ScorerTest {
  private static final Network NETWORK =
      Network.of(
          new NetworkSpec(new Shape.Image(1, 28, 28), List.of(new Flatten(), new Dense(10))));
  private static final TrainedNetwork MODEL =
      new TrainedNetwork(
          NETWORK,
          new Normalization(0.1, 0.3),
          Initializer.Scheme.DEFAULTS.draw(NETWORK, new Seeds(3)));

  private static Dataset<Row> score(int partitions) {
    Dataset<Row> digits = TestSpark.digits(Split.TRAIN, 700);
    return Scorer.predictions(digits.repartition(partitions), Ensemble.of(MODEL));
  }

  @Test
  void count_anyPartitions_hasTheSameBits() {
    EvaluationSum one = Scorer.count(score(1), 10);
    EvaluationSum seven = Scorer.count(score(7), 10);

    assertArrayEquals(one.confusion(), seven.confusion());
    assertEquals(one.lossSum(), seven.lossSum());
    assertEquals(700, one.examples());
  }

  @Test
  void predictions_everyRow_hasProbabilitiesThatNameThePrediction() {
    for (Row row : score(2).collectAsList()) {
      List<Double> probability = row.getList(4);
      double sum = 0;
      int best = 0;
      for (int k = 0; k < 10; k++) {
        sum += probability.get(k);
        best = probability.get(k) > probability.get(best) ? k : best;
      }
      assertEquals(1, sum, 1e-9);
      assertEquals(best, row.getInt(2));
      assertEquals(-Math.log(probability.get(row.getInt(1))), row.getDouble(3), 1e-5);
    }
  }
}
