package io.lockstep.export;

import com.typesafe.config.ConfigUtil;
import io.lockstep.base.Version;
import io.lockstep.network.Network;
import io.lockstep.network.Normalization;
import io.lockstep.network.Notation;
import io.lockstep.network.Outline;
import io.lockstep.network.Safetensors;
import io.lockstep.network.Shape;
import io.lockstep.network.TrainedNetwork;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A trained network as a Python file for people to read: the {@code nn.Sequential} that its weights
 * are named after, the normalisation before it, and a loader of the weights beside it. Needs no
 * package but PyTorch.
 */
final class PyTorchFile {
  private static final String STEP = "    ";

  private PyTorchFile() {}

  /**
   * The bytes of the file.
   *
   * @param weightsFile name of the safetensors file in the same folder
   */
  static byte[] encode(TrainedNetwork model, String weightsFile) {
    return text(model, weightsFile).getBytes(StandardCharsets.UTF_8);
  }

  private static String text(TrainedNetwork model, String weightsFile) {
    Network network = model.network();
    Shape input = network.spec().input();
    String example =
        input.dimensions().stream().map(String::valueOf).collect(Collectors.joining(", "));
    List<Outline> layers = network.outline();
    String classes =
        definitions(layers).stream().map(text -> "\n\n" + text).collect(Collectors.joining());
    return HEAD.formatted(
            Version.LOCKSTEP,
            Safetensors.sha256(model.weights()),
            example,
            network.classes(),
            example)
        + classes
        + NETWORK.formatted(
            layers.stream()
                .map(layer -> module(layer, STEP + STEP + STEP) + ",\n")
                .collect(Collectors.joining()),
            normalized(model.normalization()))
        + LOADER.formatted(ConfigUtil.quoteString(weightsFile));
  }

  private static final String HEAD =
      """
      \"""A network that lockstep %s trained, for PyTorch.

      weights_sha256 %s

          model = load()
          probabilities = model(x)  # x: float32 [N, %s], gives [N, %d]

      x holds raw values [N, %s]: of bytes, value / 255 (a pixel 0 to 1). Normalisation is part of the
      model.
      \"""

      import json
      from pathlib import Path

      import torch
      from torch import nn
      """;

  private static final String NETWORK =
      """


      class Model(nn.Module):
          def __init__(self):
              super().__init__()
              self.network = nn.Sequential(
      %s        )

          def logits(self, x):
              return self.network(%s)

          def forward(self, x):
              return self.logits(x).softmax(dim=1)
      """;

  private static final String LOADER =
      """


      def read_safetensors(path):
          data = path.read_bytes()
          start = 8 + int.from_bytes(data[:8], "little")
          header = json.loads(data[8:start])
          tensors = {}
          for name, entry in header.items():
              first, last = entry["data_offsets"]
              values = bytearray(data[start + first : start + last])
              tensors[name] = torch.frombuffer(values, dtype=torch.float32).reshape(entry["shape"])
          return tensors


      def load(weights=Path(__file__).with_name(%s)):
          \"""The model with its weights, ready to score.\"""
          model = Model()
          model.network.load_state_dict(read_safetensors(Path(weights)))
          return model.eval()
      """;

  private static String normalized(Normalization normalization) {
    return normalization.equals(Normalization.NONE)
        ? "x"
        : "(x - " + normalization.mean() + ") / " + normalization.std();
  }

  /** The classes of the containers, each once. */
  private static Set<String> definitions(List<Outline> layers) {
    Set<String> all = new LinkedHashSet<>();
    for (Outline layer : layers) {
      layer.branches().forEach(branch -> all.addAll(definitions(branch)));
      String definition = layer.notation().definition();
      if (!definition.isEmpty()) {
        all.add(definition);
      }
    }
    return all;
  }

  private static String module(Outline layer, String indent) {
    Notation notation = layer.notation();
    if (layer.branches().isEmpty()) {
      return indent + notation.module();
    }
    return layer.branches().stream()
        .map(branch -> sequential(branch, indent + STEP))
        .collect(Collectors.joining("", indent + notation.module() + "(\n", indent + ")"));
  }

  private static String sequential(List<Outline> layers, String indent) {
    return layers.isEmpty()
        ? indent + "nn.Sequential(),\n"
        : layers.stream()
            .map(layer -> module(layer, indent + STEP) + ",\n")
            .collect(Collectors.joining("", indent + "nn.Sequential(\n", indent + "),\n"));
  }
}
