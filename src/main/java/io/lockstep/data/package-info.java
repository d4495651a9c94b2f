/**
 * Examples: the IDX files of MNIST, the generated digits, shards, and which rows a step takes. No
 * Spark.
 */
package io.lockstep.data;
