/** Examples as DataFrames: {@code spark.read().format("mnist")} and {@code format("digits")}. */
package io.lockstep.data.spark;
