#!/usr/bin/env bash
# Builds the model server's image from bin/roost: image.sh [ENGINE] (default podman, else docker). IMAGE is its name.
set -euo pipefail
cd "$(dirname "$0")/.."
engine=${1:-$(command -v podman || command -v docker)} || { echo "neither podman nor docker is here" >&2; exit 1; }
folder=.build/image
rm -rf "$folder"
mkdir -p "$folder/root/usr/bin" "$folder/root/mnt/models"
cp packaging/image/Dockerfile "$folder/"
cp "${ROOST:-bin/roost}" "$folder/root/usr/bin/roost"
# Every library under the name that the loader looks for, and the loader itself.
ldd "$folder/root/usr/bin/roost" | grep -o '/[^ ]*' | while read -r library; do install -D "$library" "$folder/root$library"; done
# onnxruntime, where make onnx has put it on this machine: the loader finds it by its short name.
onnxruntime=$(ls -v "${XDG_DATA_HOME:-$HOME/.local/share}"/roost/onnxruntime/libonnxruntime.so.* 2>/dev/null | tail -1)
if [ -n "$onnxruntime" ]; then
    library=$folder/root/usr/lib/$(uname -m)-linux-gnu
    install -D "$onnxruntime" "$library/libonnxruntime.so.1"
    ldd "$onnxruntime" | grep -o '/[^ ]*' | while read -r needed; do [ -e "$folder/root$needed" ] || install -D "$needed" "$folder/root$needed"; done
fi
"$engine" build -q -t "${IMAGE:-roost.dev/model-server:latest}" "$folder"
