/**
 * The commands. The only package that reads arguments and the environment, prints, or exits.
 *
 * <p>Exit codes: 0 done, 1 the run failed, 2 wrong usage or configuration.
 */
package io.lockstep.cli;
