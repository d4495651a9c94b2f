/**
 * Models that leave: as ONNX, as safetensors, as a Python file for PyTorch, and as a card for
 * people; and runs, as TensorBoard's events. What a kind of layer is called elsewhere stands in its
 * own file, see {@link io.lockstep.network.Notation}. No Spark.
 */
package io.lockstep.export;
