package io.lockstep.model;

import java.io.Serializable;
import scala.Function1;

/**
 * What values a param takes. Spark asks with each value that is set, in a grid of params too;
 * instead of answering false, after which Spark names no rule, this throws with the rule.
 *
 * @param <T> Java's type of the values, Object for Scala's numbers
 */
@FunctionalInterface
interface Domain<T> extends Function1<T, Object>, Serializable {
  /** Throws for a value outside the domain. */
  void check(T value);

  @Override
  default Object apply(T value) {
    check(value);
    return true;
  }
}
