#!/usr/bin/env bash
# What Roost costs, beside its peers in the same run. Prints medians and ratios; judges nothing.
# BENCH=platform or BENCH=model-server measures one half; ROUNDS, SECONDS and ONLY shorten the second.
set -euo pipefail
cd "$(dirname "$0")/.."
case ${BENCH:-all} in platform | all) python3 Benchmarks/platform_figures.py bin/roost examples/models ;; esac
case ${BENCH:-all} in model-server | all) echo; python3 Benchmarks/model_server_figures.py bin/roost ;; esac
