/**
 * Programs to start from. The README and src/docs/estimator.md show the marked parts of them; the
 * tests run them.
 */
package io.lockstep.examples;
