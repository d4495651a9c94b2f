package io.lockstep.training;

/** Turns a mean gradient into new weights; holds whatever it remembers between steps. */
public interface Optimizer {
  /**
   * Makes one step, in place.
   *
   * @param weights the parameter vector; overwritten
   * @param gradientSum dLoss/dParameters summed over {@code examples}; may be overwritten
   * @param examples divides the sum; &ge; 1
   * @param learningRate of this step
   */
  void step(float[] weights, float[] gradientSum, long examples, double learningRate);
}
