/** What a run leaves behind: its folder with configuration, history and metrics. */
package io.lockstep.report;
