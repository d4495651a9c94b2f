package io.lockstep.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lockstep.base.Version;
import io.lockstep.network.Network;
import io.lockstep.network.Normalization;
import io.lockstep.network.TrainedNetwork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PyTorchFileTest {
  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "export");

  private static String text(TrainedNetwork model) {
    return new String(PyTorchFile.encode(model, "model.safetensors"), StandardCharsets.UTF_8);
  }

  /** Read by hand, and run by PyTorch once: it gave our probabilities. */
  @Test
  void encode_everyKindOfLayer_isTheGoldenFile() throws IOException {
    assertEquals(
        Files.readString(GOLDEN.resolve("every_layer.py")),
        text(Models.everyLayer(1)).replace(Version.LOCKSTEP, "VERSION"));
  }

  @Test
  void encode_noContainerAndNoNormalisation_hasNeither() {
    Network network = Network.of(Models.of(Path.of("conf", "softmax.conf")).network().spec());
    String text =
        text(new TrainedNetwork(network, Normalization.NONE, new float[network.parameterCount()]));

    assertTrue(text.contains("return self.network(x)\n"), text);
    assertEquals(2, text.split("class ", -1).length, text);
  }
}
