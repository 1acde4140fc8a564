#!/usr/bin/env bash
# What Roost costs, beside nginx in the same run. Prints medians and ratios; judges nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
exec python3 Benchmarks/bench.py bin/roost examples/models
