package io.lockstep.training;

/**
 * Something that an optimizer remembers between steps, one value per parameter.
 *
 * @param name of this memory, such as {@code velocity}; letters and digits
 * @param values in the order of the parameter vector
 */
public record StateTensor(String name, float[] values) {
  StateTensor copy() {
    return new StateTensor(name, values.clone());
  }
}
