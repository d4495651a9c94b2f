package io.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.network.EveryLayer;
import io.lockstep.network.Network;
import io.lockstep.network.Normalization;
import io.lockstep.network.Safetensors;
import io.lockstep.network.TrainedNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code export}, from the command line to the files. */
class ExportCommandTest {
  @TempDir private Path folder;
  private Path model;
  private TrainedNetwork trained;

  @BeforeEach
  void save() {
    Network network = EveryLayer.network();
    trained = new TrainedNetwork(network, Normalization.NONE, EveryLayer.weights(network, 3));
    model = folder.resolve("model");
    trained.save(model);
  }

  private CommandRun export(String format, Path output) {
    return CommandRun.of(
        "export", "--model", model.toString(), "--format", format, "--output", output.toString());
  }

  private void assertRefused(String message, CommandRun run) {
    assertEquals(Main.USAGE, run.exitCode());
    assertEquals("lockstep: " + message + "\n", run.err());
  }

  @Test
  void export_onnx_writesOneFileAndSaysSo() throws IOException {
    Path output = folder.resolve("new").resolve("digits.onnx");

    CommandRun run = export("onnx", output);

    assertEquals(0, run.exitCode(), run.err());
    assertEquals(String.format("file    %s (%,d bytes)%n", output, Files.size(output)), run.out());
  }

  @Test
  void export_safetensors_holdsTheWeights() {
    Path output = folder.resolve("digits.safetensors");

    CommandRun run = export("safetensors", output);

    assertEquals(0, run.exitCode(), run.err());
    assertArrayEquals(trained.weights(), Safetensors.read(output, trained.network()));
  }

  @Test
  void export_pytorch_writesTheModuleAndItsWeights() throws IOException {
    CommandRun run = export("pytorch", folder.resolve("digits.py"));

    assertEquals(0, run.exitCode(), run.err());
    assertArrayEquals(
        trained.weights(),
        Safetensors.read(folder.resolve("digits.safetensors"), trained.network()));
    assertTrue(
        Files.readString(folder.resolve("digits.py"))
            .contains("with_name(\"digits.safetensors\")"));
  }

  @Test
  void export_severalModels_areOneGraph() throws IOException {
    Path output = folder.resolve("both.onnx");

    CommandRun run =
        CommandRun.of(
            "export",
            "--model",
            model.toString(),
            "--model",
            model.toString(),
            "--format",
            "onnx",
            "--output",
            output.toString());

    assertEquals(0, run.exitCode(), run.err());
    assertTrue(Files.size(output) > 8L * trained.network().parameterCount());
  }

  @Test
  void export_severalModelsElsewhere_areRefused() {
    Path output = folder.resolve("both.py");

    assertRefused(
        "format pytorch must have one model, but was given 2. Export each to a file of its own, or"
            + " all as onnx, where one graph averages them.",
        CommandRun.of(
            "export",
            "--model",
            model.toString(),
            "--model",
            model.toString(),
            "--format",
            "pytorch",
            "--output",
            output.toString()));
    assertFalse(Files.exists(output));
  }

  @Test
  void export_unknownFormat_isRefused() {
    assertRefused(
        "format must be one of onnx, safetensors, pytorch, but was keras",
        export("keras", folder.resolve("digits.h5")));
  }

  @Test
  void export_existingOutput_isNeverWrittenOver() throws IOException {
    Path output = Files.writeString(folder.resolve("digits.safetensors"), "mine");
    String message =
        "Output " + output + " must be new, but it exists. Choose another or remove it.";

    assertRefused(message, export("safetensors", output));
    assertRefused(message, export("pytorch", folder.resolve("digits.py"))); // its weights' file

    assertEquals("mine", Files.readString(output));
    assertFalse(Files.exists(folder.resolve("digits.py")));
  }

  @Test
  void export_pytorchOfAnotherName_isRefused() {
    Path output = folder.resolve("digits.pt");

    assertRefused(
        "Output of format pytorch must be a Python file, NAME.py, but was " + output,
        export("pytorch", output));
  }

  @Test
  void export_outputWithoutAName_isRefused() {
    assertRefused("Output must name a file, but was /", export("onnx", Path.of("/")));
  }

  @Test
  void export_damagedModel_isRefused() throws IOException {
    Path weights = model.resolve("weights.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length - 4));
    Path output = folder.resolve("digits.onnx");

    CommandRun run = export("onnx", output);

    assertEquals(Main.USAGE, run.exitCode());
    assertTrue(
        run.err().startsWith("lockstep: " + weights + ": 13.bias: data_offsets must enclose 40"),
        run.err());
    assertFalse(Files.exists(output));
  }

  @Test
  void export_noModel_isRefused() {
    model = folder.resolve("nothing");

    assertRefused(
        TrainedNetwork.noModel(model.toString()).getMessage(),
        export("onnx", folder.resolve("digits.onnx")));
  }
}
