/** The BLAS behind Breeze and MLlib. The only package that imports Breeze, netlib or OpenBLAS. */
package io.lockstep.linalg;
