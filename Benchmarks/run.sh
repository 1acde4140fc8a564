#!/usr/bin/env bash
# What Roost costs, beside its peers in the same run. Prints medians and ratios; judges nothing.
# BENCH=platform, gateway, graph, cold-start, model-server, drift or models measures one part; ROUNDS, SECONDS and ONLY shorten all but the first.
set -euo pipefail
cd "$(dirname "$0")/.."
case ${BENCH:-all} in platform | all) python3 Benchmarks/platform_figures.py bin/roost examples/models ;; esac
case ${BENCH:-all} in gateway | all) echo; python3 Benchmarks/gateway_figures.py bin/roost ;; esac
case ${BENCH:-all} in graph | all) echo; python3 Benchmarks/graph_figures.py bin/roost examples/models ;; esac
case ${BENCH:-all} in cold-start | all) echo; python3 Benchmarks/cold_start_figures.py bin/roost examples/models ;; esac
case ${BENCH:-all} in model-server | all) echo; python3 Benchmarks/model_server_figures.py bin/roost ;; esac
case ${BENCH:-all} in drift | all) echo; python3 Benchmarks/drift_figures.py bin/roost ;; esac
case ${BENCH:-all} in models | all)
    echo
    "$(scripts/peers/environment.sh libraries)" Benchmarks/models_speed.py bin/roost --only "${ONLY:-.}"
    ;;
esac
