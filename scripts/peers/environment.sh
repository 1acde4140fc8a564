#!/usr/bin/env bash
# environment.sh NAME: prints the Python of a peer's environment (NAME.txt here says what is in it), which is made once and
# kept in the user's cache under the hash of that file. Where it cannot be made, the reason is the last line on stderr.
set -euo pipefail
list=$(cd "$(dirname "$0")" && pwd)/$1.txt
folder=${XDG_CACHE_HOME:-$HOME/.cache}/roost/peers/$1-$(sha256sum "$list" | cut -c1-12)
if [ ! -e "$folder/whole" ]; then
    python=$(command -v python3.11 || command -v python3) || { echo "python3 is missing" >&2; exit 1; }
    rm -rf "$folder"
    mkdir -p "$folder"
    "$python" -m venv "$folder" >"$folder/log" 2>&1 || { echo "python3 -m venv fails: $(tail -1 "$folder/log")" >&2; exit 1; }
    "$folder/bin/pip" install -q --only-binary :all: -r "$list" >>"$folder/log" 2>&1 || {
        echo "pip cannot install $1.txt: $(grep -v '^$' "$folder/log" | tail -1)" >&2
        exit 1
    }
    touch "$folder/whole"
fi
echo "$folder/bin/python"
