package io.lockstep.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.lockstep.base.InvalidInputException;
import io.lockstep.data.Digits;
import io.lockstep.data.LabeledImages;
import io.lockstep.data.Split;
import io.lockstep.network.BatchScorer;
import io.lockstep.network.Ensemble;
import io.lockstep.network.Safetensors;
import io.lockstep.network.Shape;
import io.lockstep.network.TrainedNetwork;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What ONNX Runtime makes of our files. */
class OnnxFileTest {
  private static final int ROWS = 1000;
  private static final double TOLERANCE = 1e-5;
  private static final LabeledImages DIGITS = Digits.draw(Split.TEST, ROWS);

  static List<Path> runFiles() throws IOException {
    return Models.runFiles();
  }

  @ParameterizedTest
  @MethodSource("runFiles")
  void encode_networkOfARunFile_givesOurProbabilities(Path runFile) throws OrtException {
    assertAlike(Ensemble.of(Models.of(runFile)));
  }

  @Test
  void encode_everyKindOfLayer_givesOurProbabilities() throws OrtException {
    assertAlike(Ensemble.of(Models.everyLayer(1)));
  }

  @Test
  void encode_ensemble_averagesInOneGraph() throws OrtException {
    List<TrainedNetwork> models =
        List.of(
            Models.everyLayer(1),
            Models.everyLayer(2), // of another normalisation
            Models.of(Path.of("conf", "softmax.conf"))); // and without any

    assertAlike(new Ensemble(models));
  }

  private static void assertAlike(Ensemble models) throws OrtException {
    float[][] theirs = run(OnnxFile.encode(models), models.network().spec().input(), 0, ROWS);
    double[][] ours = ours(models);
    double worst = 0;
    double least = 1;
    double most = 0;
    for (int row = 0; row < ROWS; row++) {
      for (int k = 0; k < models.network().classes(); k++) {
        worst = Math.max(worst, Math.abs(ours[row][k] - theirs[row][k]));
        least = Math.min(least, ours[row][k]);
        most = Math.max(most, ours[row][k]);
      }
    }
    assertTrue(worst <= TOLERANCE, "largest difference " + worst);
    assertTrue(most - least > 0.2, "probabilities " + least + " to " + most + " prove little");
  }

  private static double[][] ours(Ensemble models) {
    double[][] probabilities = new double[ROWS][];
    BatchScorer scorer = models.newScorer();
    for (int first = 0; first < ROWS; first += scorer.examples()) {
      scorer.clear();
      for (int row = first; row < ROWS && !scorer.isFull(); row++) {
        scorer.add(pixels(row, models.network().inputSize()));
      }
      scorer.score();
      for (int i = 0; i < scorer.examples(); i++) {
        probabilities[first + i] = scorer.probabilities(i);
      }
    }
    return probabilities;
  }

  /** The pixels in the middle of a digit, as many as a network takes. */
  private static byte[] pixels(int row, int size) {
    int first = row * DIGITS.imageSize() + (DIGITS.imageSize() - size) / 2;
    return Arrays.copyOfRange(DIGITS.pixels(), first, first + size);
  }

  private static float[][] run(byte[] file, Shape input, int from, int to) throws OrtException {
    FloatBuffer values = FloatBuffer.allocate((to - from) * input.size());
    for (int row = from; row < to; row++) {
      for (byte pixel : pixels(row, input.size())) {
        values.put((pixel & 0xff) / 255f);
      }
    }
    List<Integer> sizes = new ArrayList<>(input.dimensions());
    sizes.add(0, to - from);
    long[] dimensions = sizes.stream().mapToLong(Integer::longValue).toArray();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(file);
        OnnxTensor features = OnnxTensor.createTensor(environment, values.flip(), dimensions);
        OrtSession.Result result = session.run(Map.of(OnnxFile.INPUT, features))) {
      return (float[][]) result.get(OnnxFile.OUTPUT).orElseThrow().getValue();
    }
  }

  @Test
  void encode_batch_isFree() throws OrtException {
    TrainedNetwork model = Models.everyLayer(1);
    byte[] file = OnnxFile.encode(Ensemble.of(model));
    Shape input = model.network().spec().input();

    assertEquals(1, run(file, input, 5, 6).length);
    assertEquals(3, run(file, input, 5, 8).length);
  }

  @Test
  void encode_description_saysWhatGoesInAndOut() throws OrtException {
    TrainedNetwork model = Models.everyLayer(1);

    try (OrtSession session =
        OrtEnvironment.getEnvironment().createSession(OnnxFile.encode(Ensemble.of(model)))) {
      assertEquals(
          "Takes raw values, each example a 1 x 28 x 28 image: of bytes, value / 255 (a pixel 0 to"
              + " 1). Normalisation is part of the graph.",
          session.getMetadata().getDescription());
      assertEquals("lockstep", session.getMetadata().getProducerName());
      assertEquals(
          Safetensors.sha256(model.weights()),
          session.getMetadata().getCustomMetadataValue("weights_sha256").orElseThrow());
      assertDimensions("features", List.of("batch", 1L, 28L, 28L), session.getInputInfo());
      assertDimensions("probability", List.of("batch", 10L), session.getOutputInfo());
    }
  }

  private static void assertDimensions(
      String name, List<Object> expected, Map<String, NodeInfo> values) {
    TensorInfo info = (TensorInfo) values.get(name).getInfo();
    Object[] dimensions = new Object[info.getShape().length];
    for (int i = 0; i < dimensions.length; i++) {
      long size = info.getShape()[i];
      dimensions[i] = size < 0 ? (Object) info.getDimensionNames()[i] : (Object) size;
    }
    assertEquals(1, values.size());
    assertEquals(expected, List.of(dimensions));
  }

  @Test
  void requireRoom_twoGibibytes_isRefused() {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> OnnxFile.requireRoom(1L << 31));

    assertEquals(
        "An ONNX file must be smaller than 2 GiB, but the weights alone take 2147483648 bytes."
            + " Export safetensors instead.",
        e.getMessage());
  }
}
