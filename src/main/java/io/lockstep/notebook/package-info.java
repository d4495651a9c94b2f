/**
 * Notebooks: pictures of a run as HTML ({@link io.lockstep.notebook.Look}), and a small Jupyter
 * kernel for machines without JJava ({@link io.lockstep.notebook.JavaKernel}).
 */
package io.lockstep.notebook;
