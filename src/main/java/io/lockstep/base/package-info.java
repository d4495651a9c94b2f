/**
 * What every other package stands on: HOCON whose cost its length bounds, typed settings that
 * refuse what they don't know, the shape of a domain check, the seeds of every random stream, and
 * files that are whole or absent.
 */
package io.lockstep.base;
