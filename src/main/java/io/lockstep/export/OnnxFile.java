package io.lockstep.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.lockstep.base.InvalidInputException;
import io.lockstep.base.Version;
import io.lockstep.network.Ensemble;
import io.lockstep.network.Network;
import io.lockstep.network.Normalization;
import io.lockstep.network.Notation;
import io.lockstep.network.Outline;
import io.lockstep.network.Parameter;
import io.lockstep.network.Safetensors;
import io.lockstep.network.Shape;
import io.lockstep.network.TrainedNetwork;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One or several trained networks as an ONNX file (opset 17): {@value #INPUT}, what {@code predict}
 * takes as floats, of any number of examples; {@value #OUTPUT}, the mean of the networks' class
 * probabilities. Each network's own normalisation is part of the graph.
 *
 * <p>Source: the operators' documentation in the ONNX project, docs/Operators.md.
 */
final class OnnxFile {
  static final String INPUT = "features";
  static final String OUTPUT = "probability";

  private static final int OPSET = 17;

  /** The version of the format that came with the opset. */
  private static final int IR_VERSION = 8;

  /** Protocol buffers end at 2^31 bytes; the nodes and names are far below this. */
  private static final long MAX_WEIGHTS = (1L << 31) - (1L << 24);

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("lockstep");

  private OnnxFile() {}

  /** The bytes of the file. */
  static byte[] encode(Ensemble models) {
    requireRoom(
        models.models().stream().mapToLong(m -> m.network().parameterCount()).sum() * Float.BYTES);
    OnnxFile file = new OnnxFile();
    List<TrainedNetwork> members = models.models();
    if (members.size() == 1) {
      file.addModel(members.get(0), "", OUTPUT);
    } else {
      List<String> each = new ArrayList<>();
      for (int i = 0; i < members.size(); i++) {
        String prefix = "model" + (i + 1) + ".";
        each.add(file.addModel(members.get(i), prefix, prefix + OUTPUT));
      }
      file.addNode("Mean", each, OUTPUT, Map.of());
    }
    file.describe(models.network());
    return file.model(models).toByteArray();
  }

  static void requireRoom(long weightBytes) {
    if (weightBytes > MAX_WEIGHTS) {
      throw new InvalidInputException(
          String.format(
              "An ONNX file must be smaller than 2 GiB, but the weights alone take %d bytes. Export"
                  + " safetensors instead.",
              weightBytes));
    }
  }

  /** Adds a network from the input to its probabilities, whose name is returned. */
  private String addModel(TrainedNetwork model, String prefix, String output) {
    for (Parameter parameter : model.network().parameters()) {
      addTensor(prefix + parameter.name(), parameter, model.weights());
    }
    String first = addNormalization(model.normalization(), prefix);
    String logits = addAll(model.network().outline(), prefix, first);
    return addNode("Softmax", List.of(logits), output, Map.of("axis", -1));
  }

  private String addNormalization(Normalization normalization, String prefix) {
    if (normalization.equals(Normalization.NONE)) {
      return INPUT;
    }
    String mean = addScalar(prefix + "mean", (float) normalization.mean());
    String std = addScalar(prefix + "std", (float) normalization.std());
    String centred = addNode("Sub", List.of(INPUT, mean), prefix + "centred", Map.of());
    return addNode("Div", List.of(centred, std), prefix + "normalised", Map.of());
  }

  private String addAll(List<Outline> layers, String prefix, String input) {
    String value = input;
    for (Outline layer : layers) {
      value = add(layer, prefix, value);
    }
    return value;
  }

  private String add(Outline layer, String prefix, String input) {
    Notation notation = layer.notation();
    List<String> inputs = new ArrayList<>();
    if (layer.branches().isEmpty() || notation.joinsInput()) {
      inputs.add(input);
    }
    for (List<Outline> branch : layer.branches()) {
      inputs.add(addAll(branch, prefix, input));
    }
    for (Parameter parameter : layer.parameters()) {
      inputs.add(prefix + parameter.name());
    }
    return addNode(notation.operator(), inputs, prefix + layer.name(), notation.attributes());
  }

  private String addNode(
      String operator, List<String> inputs, String output, Map<String, Object> attributes) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(output)
            .addAllInput(inputs)
            .addOutput(output);
    attributes.forEach((name, value) -> node.addAttribute(attribute(name, value)));
    graph.addNode(node);
    return output;
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    if (value instanceof Integer number) {
      attribute.setType(AttributeProto.AttributeType.INT).setI(number);
    } else if (value instanceof Double number) {
      attribute.setType(AttributeProto.AttributeType.FLOAT).setF(number.floatValue());
    } else {
      attribute.setType(AttributeProto.AttributeType.INTS);
      ((List<?>) value).forEach(number -> attribute.addInts((Integer) number));
    }
    return attribute.build();
  }

  private void addTensor(String name, Parameter parameter, float[] weights) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * parameter.size()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(weights, parameter.offset(), parameter.size());
    TensorProto.Builder tensor = floats(name).setRawData(ByteString.copyFrom(bytes));
    parameter.shape().forEach(tensor::addDims);
    graph.addInitializer(tensor);
  }

  private String addScalar(String name, float value) {
    graph.addInitializer(floats(name).addFloatData(value));
    return name;
  }

  private static TensorProto.Builder floats(String name) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.FLOAT.getNumber());
  }

  private void describe(Network network) {
    Shape input = network.spec().input();
    graph.addInput(value(INPUT, input.dimensions(), inputMeaning(input)));
    graph.addOutput(
        value(OUTPUT, List.of(network.classes()), "The probability of each class; they sum to 1."));
    graph.setDocString(inputMeaning(input));
  }

  private static String inputMeaning(Shape input) {
    return String.format(
        "Takes raw values, each example a %s: of bytes, value / 255 (a pixel 0 to 1)."
            + " Normalisation is part of the graph.",
        input);
  }

  private static ValueInfoProto value(String name, List<Integer> dimensions, String meaning) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
    for (int size : dimensions) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT.getNumber())
            .setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setDocString(meaning)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private ModelProto model(Ensemble models) {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
            .setProducerName("lockstep")
            .setProducerVersion(Version.LOCKSTEP)
            .setDocString(graph.getDocString())
            .setGraph(graph);
    List<String> sha256 =
        models.models().stream().map(member -> Safetensors.sha256(member.weights())).toList();
    model.addMetadataProps(
        StringStringEntryProto.newBuilder()
            .setKey("weights_sha256")
            .setValue(String.join(",", sha256)));
    return model.build();
  }
}
