#!/usr/bin/env bash
# The whole of Roost once, in a scratch folder: start, apply, ask, answer, stop. Leaves nothing running.
set -euo pipefail
cd "$(dirname "$0")/.."
roost=$PWD/bin/roost
scratch=$(mktemp -d /tmp/roost-demo-XXXXXX)
up=
finish() {
    [ -z "$up" ] || { kill -TERM "$up" 2>/dev/null || true; wait "$up" 2>/dev/null || true; }
    rm -rf "$scratch"
}
trap finish EXIT

bold= plain=
if [ -t 1 ]; then bold=$'\033[1m' plain=$'\033[0m'; fi
step() { printf '\n%s$ %s%s\n' "$bold" "$*" "$plain"; }
millis() { date +%s%3N; }

step "roost up --data-dir $scratch/data"
begun=$(millis)
"$roost" up --data-dir "$scratch/data" --api-port 0 --gateway-port 0 >"$scratch/up.out" 2>"$scratch/up.err" &
up=$!
until grep -q 'is up' "$scratch/up.out"; do
    kill -0 "$up" 2>/dev/null || { cat "$scratch/up.out" "$scratch/up.err" >&2; exit 1; }
    [ $(($(millis) - begun)) -lt 30000 ] || { echo "roost up is not ready after 30 s" >&2; cat "$scratch/up.err" >&2; exit 1; }
    sleep 0.02
done
cat "$scratch/up.out"
export KUBECONFIG=$scratch/data/kubeconfig
gateway=$(sed -n 's|^ *gateway *http://\([0-9.:]*\).*|\1|p' "$scratch/up.out")

step "kubectl apply -f examples/iris.yaml -f examples/words.yaml     # with \${MODELS} filled in"
mkdir -p "$scratch/manifests"
for name in iris words; do sed "s|\${MODELS}|$PWD/examples/models|g" "examples/$name.yaml" >"$scratch/manifests/$name.yaml"; done
begun=$(millis)
kubectl apply -f "$scratch/manifests"
step "kubectl wait --for=condition=Ready inferenceservice/iris inferenceservice/words"
kubectl wait --for=condition=Ready inferenceservice/iris inferenceservice/words --timeout=60s
echo "(applied and ready in $(($(millis) - begun)) ms, kubectl's own time included)"
step "kubectl get inferenceservices"
kubectl get inferenceservices

ask() { # SERVICE BODY
    local answer
    answer=$(curl -sS -m 10 -w '\n%{time_total}' -H "Host: $1.default.example.com" -H 'Content-Type: application/json' \
        -d "$2" "http://$gateway/v1/models/$1:predict")
    printf '%-7s %-66s %-28s %5.1f ms\n' "$1" "$2" "$(head -1 <<<"$answer")" "$(tail -1 <<<"$answer" | awk '{print $1 * 1000}')"
    grep -q '"predictions"' <<<"$answer" || exit 1
}
printf '\n%s%-7s %-66s %-28s %s%s\n' "$bold" service request answer latency "$plain"
ask words '{"instances": ["sparrow", "elephant", "sunflower"]}'
ask words '{"instances": ["oak"]}'
ask iris '{"instances": [[5.1, 3.5, 1.4, 0.2]]}'
ask iris '{"instances": [[6.7, 3.0, 5.2, 2.3], [5.9, 3.0, 4.2, 1.5]]}'
ask iris '{"inputs": [[4.9, 3.1, 1.5, 0.1]]}'

cat <<TEXT

That was the demo; it stops now and leaves nothing running. To go on by hand:

  bin/roost up                                           # in one terminal
  export KUBECONFIG=~/.local/share/roost/kubeconfig      # in another
  sed "s|\\\${MODELS}|$PWD/examples/models|" examples/iris.yaml | kubectl apply -f -
  kubectl wait --for=condition=Ready inferenceservice/iris
  bin/roost predict iris -d '{"instances": [[5.1, 3.5, 1.4, 0.2]]}'
TEXT
