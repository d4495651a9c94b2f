/**
 * What a step costs: a model of the seconds, fitted to measured points, checked on others, and what
 * it says of clusters that nobody measured. No Spark, and no clock: {@code submit/bench.sh --study}
 * measures.
 */
package io.lockstep.study;
