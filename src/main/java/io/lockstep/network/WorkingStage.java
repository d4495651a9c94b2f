package io.lockstep.network;

import io.lockstep.lanes.Lanes;
import io.lockstep.lanes.VectorMemory;

/** A stage of a {@link StagePlan} with the memory that it works on. Owned by one thread. */
abstract class WorkingStage {
  private WorkingStage() {}

  /** Computes the stage's value. */
  abstract void forward(float[] weights);

  /** From the gradient of the stage's value, that of its parameters and of what it reads. */
  abstract void backward(float[] weights, Shares shares);

  static WorkingStage of(StagePlan.Stage stage, Workspace workspace, VectorMemory memory) {
    if (stage instanceof StagePlan.LayerStage layer) {
      return new OfLayer(layer, workspace, memory);
    }
    return new OfJoin((StagePlan.JoinStage) stage, workspace);
  }

  /** A layer at work. */
  static final class OfLayer extends WorkingStage {
    private final StagePlan.LayerStage stage;
    private final Pass pass;
    private final Lanes input;
    private final Lanes output;
    private final Lanes inputGradient;
    private final Lanes outputGradient;

    /** Where an input gradient is computed that is then added; nothing if none is. */
    private final Lanes addend;

    private OfLayer(StagePlan.LayerStage stage, Workspace workspace, VectorMemory memory) {
      this.stage = stage;
      this.pass = stage.layer().newPass(workspace.batch(), memory);
      this.input = workspace.value(stage.input().buffer());
      this.output = workspace.value(stage.output());
      this.inputGradient = workspace.gradient(stage.input().buffer());
      this.outputGradient = workspace.gradient(stage.output());
      boolean adds = stage.input().addsGradient() && !workspace.batch().scoresOnly();
      this.addend = Lanes.zeros(adds ? input.size() : 0, workspace.width());
    }

    @Override
    void forward(float[] weights) {
      pass.forward(input, weights, stage.parameterOffset(), output);
    }

    @Override
    void backward(float[] weights, Shares shares) {
      if (!stage.isLearning()) {
        return;
      }
      int at = stage.parameterOffset();
      pass.parameterGradient(input, outputGradient, shares, at);
      if (!stage.input().needsGradient()) {
        return;
      }
      if (stage.input().addsGradient()) {
        pass.inputGradient(output, outputGradient, weights, at, addend);
        inputGradient.add(addend);
      } else {
        pass.inputGradient(output, outputGradient, weights, at, inputGradient);
      }
    }
  }

  /** A join at work. */
  private static final class OfJoin extends WorkingStage {
    private final StagePlan.JoinStage stage;
    private final Lanes[] inputs;
    private final Lanes[] inputGradients;
    private final Lanes output;
    private final Lanes outputGradient;

    OfJoin(StagePlan.JoinStage stage, Workspace workspace) {
      this.stage = stage;
      this.inputs = new Lanes[stage.inputs().size()];
      this.inputGradients = new Lanes[inputs.length];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = workspace.value(stage.inputs().get(i).buffer());
        inputGradients[i] = workspace.gradient(stage.inputs().get(i).buffer());
      }
      this.output = workspace.value(stage.output());
      this.outputGradient = workspace.gradient(stage.output());
    }

    @Override
    void forward(float[] weights) {
      stage.join().forward(inputs, output);
    }

    @Override
    void backward(float[] weights, Shares shares) {
      int at = 0;
      for (int i = 0; i < inputs.length; i++) {
        StagePlan.Source source = stage.inputs().get(i);
        if (source.needsGradient()) {
          stage.join().inputGradient(outputGradient, at, inputGradients[i], source.addsGradient());
        }
        at += inputs[i].size();
      }
    }
  }
}
