/** Programs to start from. The README shows the marked parts of them; the tests run them. */
package io.lockstep.examples;
