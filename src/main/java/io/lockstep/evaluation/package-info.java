/**
 * How good a model is: metrics from predictions and labels, and the batch scoring of DataFrames.
 */
package io.lockstep.evaluation;
