/**
 * Float matrices over Breeze and the BLAS behind them. The only package that imports Breeze, netlib
 * or OpenBLAS.
 */
package io.lockstep.linalg;
