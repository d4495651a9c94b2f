/**
 * What is trained: a {@link io.lockstep.network.NetworkSpec} (the description in a configuration)
 * becomes a {@link io.lockstep.network.Network} of {@link io.lockstep.network.Layer}s, pure
 * functions over one flat parameter vector. No Spark.
 *
 * <p>The parameter vector is the concatenation of the {@code state_dict} of the same {@code
 * nn.Sequential} in PyTorch: same names, same shapes, same order of values.
 */
package io.lockstep.network;
