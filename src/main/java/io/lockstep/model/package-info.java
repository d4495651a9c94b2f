/**
 * The Spark ML face: {@link io.lockstep.model.NeuralNetworkClassifier} is an {@code Estimator},
 * {@link io.lockstep.model.NeuralNetworkClassificationModel} the {@code Model} that it fits.
 *
 * <p>Params are resolved once, at {@code fit}, to the records that a run file resolves to as well;
 * nothing below this package reads a {@code Param}.
 */
package io.lockstep.model;
