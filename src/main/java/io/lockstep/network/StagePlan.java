package io.lockstep.network;

import io.lockstep.base.InvalidInputException;
import io.lockstep.lanes.Lanes;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * What a network computes, without its containers: stages one after another, over numbered buffers.
 * Here it is decided what runs in place, which gradients nobody needs, and where they are added
 * because a value goes several ways.
 *
 * @param stages in the order of the forward pass
 * @param sizes values of one image in each buffer; the first holds the input
 * @param output the buffer of the logits
 */
record StagePlan(List<Stage> stages, List<Integer> sizes, int output) implements Serializable {

  /**
   * A value that a stage makes, or the input.
   *
   * @param number of the stage that makes it, from 1 on; 0 for the input
   */
  record Value(int number, Shape shape) {
    /** The same value, seen as another shape of that size. */
    Value as(Shape other) {
      return new Value(number, other);
    }
  }

  /** A step of the plan. */
  sealed interface Stage extends Serializable permits LayerStage, JoinStage {
    /** The buffer of its result. */
    int output();

    /** Whether its backward pass is run: something at or before it learns. */
    boolean isLearning();
  }

  /** A buffer that a stage reads, and what the backward pass does for it. */
  record Source(int buffer, boolean needsGradient, boolean addsGradient) implements Serializable {}

  /**
   * A layer from one buffer to another.
   *
   * @param parameterOffset where its parameters start in the network's vector
   */
  record LayerStage(Layer layer, Source input, int output, int parameterOffset, boolean isLearning)
      implements Stage {}

  /** A join of several buffers into one. */
  record JoinStage(Join join, List<Source> inputs, int output, boolean isLearning)
      implements Stage {}

  /**
   * Whether the value in {@code buffer} is of use after the forward pass: the logits are, and what
   * a layer reads going back. Elsewhere the value's gradient may take its place.
   */
  boolean isReadAgain(int buffer) {
    boolean isRead = buffer == output;
    for (Stage stage : stages) {
      if (stage instanceof LayerStage of) {
        isRead |= of.input.buffer == buffer && of.layer.readsInput();
        isRead |= of.output == buffer && of.layer.readsOutput();
      }
    }
    return isRead;
  }

  /** Takes layers in the order of the forward pass. */
  static final class Builder {
    private final Shape input;
    private final List<Draft> drafts = new ArrayList<>();
    private final List<Parameter> parameters = new ArrayList<>();
    private int parameterCount;

    /** A stage before it is known who else uses its values. */
    private record Draft(Layer layer, Join join, List<Integer> inputs, int size, int offset) {
      boolean readsOutput() {
        return layer != null && layer.readsOutput();
      }

      boolean canBeInPlace() {
        return layer != null && layer.inPlace();
      }

      boolean hasParameters() {
        return layer != null && layer.parameterCount() > 0;
      }
    }

    Builder(Shape input) {
      this.input = input;
    }

    /**
     * Adds the layers of {@code spec}.
     *
     * @throws InvalidInputException naming the first layer that does not fit its input
     */
    Value addAll(NetworkSpec spec) {
      try {
        return addAll(spec.layers(), LayerSpec.Place::of, new Value(0, spec.input()));
      } catch (PlacedException e) {
        throw new InvalidInputException(e.getMessage(), e.getCause());
      }
    }

    /** Adds layers, one after another. */
    Value addAll(List<LayerSpec> layers, IntFunction<LayerSpec.Place> places, Value first) {
      Value value = first;
      for (int i = 0; i < layers.size(); i++) {
        if (isReluBeforePooling(layers, i)) {
          value = addOne(layers.get(i + 1), places.apply(i + 1), value);
          value = addOne(layers.get(i), places.apply(i), value);
          i++;
        } else {
          value = addOne(layers.get(i), places.apply(i), value);
        }
      }
      return value;
    }

    /**
     * A max-pooling is computed before the ReLU in front of it. Both pick values without changing
     * their order, so every output and every gradient stays the same bit for bit, on a fraction of
     * the values.
     */
    private static boolean isReluBeforePooling(List<LayerSpec> layers, int i) {
      return layers.get(i) instanceof Relu
          && i + 1 < layers.size()
          && layers.get(i + 1) instanceof MaxPool2d;
    }

    private Value addOne(LayerSpec layer, LayerSpec.Place place, Value value) {
      try {
        Value result = layer.addTo(this, place, value);
        Math.multiplyExact(value.shape.size(), Lanes.COUNT);
        Math.multiplyExact(result.shape.size(), Lanes.COUNT);
        return result;
      } catch (InvalidInputException e) {
        throw new PlacedException(
            String.format("%s (%s): %s", place.path(), layer.kind(), e.getMessage()), e);
      } catch (ArithmeticException e) {
        throw new PlacedException(
            String.format(
                "%s (%s) has more than 2^31 values on a %s. Make it smaller.",
                place.path(), layer.kind(), value.shape),
            e);
      }
    }

    /** Adds a layer. */
    Value add(LayerSpec.Place place, Layer layer, Value value) {
      int offset = parameterCount;
      parameterCount = Math.addExact(offset, layer.parameterCount());
      for (Parameter parameter : layer.parameters()) {
        parameters.add(parameter.at(place.name(), offset));
      }
      return add(
          new Draft(layer, null, List.of(value.number), layer.outputShape().size(), offset),
          layer.outputShape());
    }

    /** Adds a join that makes a value of {@code shape}. */
    Value join(Join join, List<Value> values, Shape shape) {
      List<Integer> inputs = values.stream().map(Value::number).toList();
      return add(new Draft(null, join, inputs, shape.size(), parameterCount), shape);
    }

    private Value add(Draft draft, Shape shape) {
      drafts.add(draft);
      return new Value(drafts.size(), shape);
    }

    /** Every tensor, in the order of the layers. */
    List<Parameter> parameters() {
      return parameters;
    }

    int parameterCount() {
      return parameterCount;
    }

    /** The plan that ends with {@code logits}. */
    StagePlan build(Value logits) {
      int[] uses = uses(logits);
      int[] buffers = new int[drafts.size() + 1];
      List<Integer> sizes = new ArrayList<>(List.of(input.size()));
      boolean[] learns = new boolean[drafts.size() + 1];
      for (int i = 1; i < buffers.length; i++) {
        Draft draft = drafts.get(i - 1);
        int first = draft.inputs.get(0);
        if (draft.canBeInPlace() && uses[first] == 1 && !readsOutput(first)) {
          buffers[i] = buffers[first];
        } else {
          buffers[i] = sizes.size();
          sizes.add(draft.size);
        }
        learns[i] = draft.hasParameters() || draft.inputs.stream().anyMatch(of -> learns[of]);
      }
      return new StagePlan(stages(buffers, learns), sizes, buffers[logits.number]);
    }

    private int[] uses(Value logits) {
      int[] uses = new int[drafts.size() + 1];
      uses[logits.number]++;
      for (Draft draft : drafts) {
        draft.inputs.forEach(input -> uses[input]++);
      }
      return uses;
    }

    private boolean readsOutput(int value) {
      return value > 0 && drafts.get(value - 1).readsOutput();
    }

    /** From the last to the first: the first gradient of a value overwrites, the others add. */
    private List<Stage> stages(int[] buffers, boolean[] learns) {
      List<Stage> stages = new ArrayList<>();
      Set<Integer> given = new HashSet<>();
      for (int i = drafts.size(); i > 0; i--) {
        Draft draft = drafts.get(i - 1);
        List<Source> sources = new ArrayList<>();
        for (int value : draft.inputs) {
          boolean adds = learns[value] && !given.add(value);
          sources.add(new Source(buffers[value], learns[value], adds));
        }
        stages.add(
            0,
            draft.layer == null
                ? new JoinStage(draft.join, sources, buffers[i], learns[i])
                : new LayerStage(draft.layer, sources.get(0), buffers[i], draft.offset, learns[i]));
      }
      return stages;
    }
  }

  /** A complaint that says already which layer it is about, on its way out of containers. */
  private static final class PlacedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PlacedException(String message, RuntimeException cause) {
      super(message, cause);
    }
  }
}
