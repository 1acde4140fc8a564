#!/usr/bin/env bash
# Installs what of the given lists (packaging/debian-packages.txt alone, if none) is missing, and kubectl where there is
# none. Quick when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v swift >/dev/null || { echo "swift is not on PATH: Roost is built with Swift 6.3 (https://swift.org/install)" >&2; exit 1; }

[ $# -gt 0 ] || set -- packaging/debian-packages.txt
mapfile -t wanted < <(sed 's/#.*//' "$@" | grep -v '^ *$')
command -v kubectl >/dev/null || wanted+=(kubernetes-client)
missing=()
for package in "${wanted[@]}"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "installing ${missing[*]}"
sudo=""
[ "$(id -u)" -eq 0 ] || sudo=sudo
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
# What the walks and benchmarks start themselves is no service of this machine.
if command -v systemctl >/dev/null && [ -d /run/systemd/system ]; then
    for pair in nginx-light:nginx prometheus:prometheus victoria-metrics:victoria-metrics; do
        [[ " ${missing[*]} " != *" ${pair%%:*} "* ]] || $sudo systemctl disable --now "${pair##*:}" >/dev/null 2>&1 || true
    done
fi
