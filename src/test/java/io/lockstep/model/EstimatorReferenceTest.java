package io.lockstep.model;

import io.lockstep.Written;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.param.Param;
import org.junit.jupiter.api.Test;

/**
 * {@code src/docs/estimator.md} lists the params of the estimator, as {@code explainParams} does.
 */
class EstimatorReferenceTest {
  @Test
  void page_listsEveryParam() throws IOException {
    NeuralNetworkClassifier classifier = new NeuralNetworkClassifier();
    List<List<String>> rows =
        Arrays.<Param<?>>stream(classifier.params()).map(param -> row(classifier, param)).toList();

    new Written(Path.of("src", "docs", "estimator.md"), getClass())
        .assertPart("params", Written.table(List.of("param", "default", "what it does"), rows));
  }

  private static List<String> row(NeuralNetworkClassifier classifier, Param<?> param) {
    String fallback =
        classifier.hasDefault(param) ? String.valueOf(classifier.getOrDefault(param)) : "";
    return List.of(Written.code(param.name()), Written.code(fallback), Written.plain(param.doc()));
  }
}
