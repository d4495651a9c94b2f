#!/usr/bin/env bash
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# Set, they make OpenBLAS (MLlib's here, and PyTorch's beside it) another CPU's.
for variable in OPENBLAS_CORETYPE OPENBLAS_L2_SIZE; do
  if [[ -n "${!variable:-}" ]]; then
    echo "took $variable=${!variable} out of the environment: it would measure another CPU" >&2
    unset "$variable"
  fi
done
lockstep bench "$@"
