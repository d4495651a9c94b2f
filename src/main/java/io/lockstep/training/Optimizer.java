package io.lockstep.training;

import java.util.List;

/** Turns a mean gradient into new weights; holds whatever it remembers between steps. */
public interface Optimizer {
  /**
   * Makes one step of the values {@code [from, to)}, in place. A step is made of calls whose ranges
   * are all values, each once; they may be made at the same time. No value may depend on how the
   * ranges are cut.
   *
   * @param weights the parameter vector; overwritten
   * @param gradientSum {@link GradientSum#gradient} of the step; may be overwritten
   * @param weight divides the sum: the examples, or the sum of their weights; &gt; 0
   * @param learningRate of this step
   * @param step which one it is
   */
  void step(
      float[] weights,
      float[] gradientSum,
      double weight,
      double learningRate,
      RunStep step,
      int from,
      int to);

  /**
   * What it remembers between steps, in a fixed order; empty if nothing. The arrays are the
   * optimizer's own: overwriting their values restores it.
   */
  List<StateTensor> state();

  /**
   * What is evaluated and kept of a run: {@code weights} themselves, or what this optimizer made of
   * them. The same array in every step; valid after the first.
   */
  default float[] kept(float[] weights) {
    return weights;
  }
}
