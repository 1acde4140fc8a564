# What the walks share: a Roost of their own in a scratch folder, checks that are counted, and an end that leaves nothing.
# Sourced by run.sh; a walk is a function body in a file of its own.
set -uo pipefail

ROOST=${ROOST:-$PWD/bin/roost}
MODELS=$PWD/examples/models
PASSED=0 FAILED=0 SKIPPED=0
PROGRAMS=()

say() { printf '%s\n' "$*"; }
pass() { PASSED=$((PASSED + 1)); say "  ok    $1"; }
fail() {
    FAILED=$((FAILED + 1))
    say "  FAIL  $1"
    [ $# -lt 2 ] || printf '%s\n' "$2" | sed 's/^/          /' | head -30
}
skip() { SKIPPED=$((SKIPPED + 1)); say "  skip  $1"; }

# expect NAME PATTERN COMMAND…: the command exits 0 and its output matches the extended regular expression.
expect() {
    local name=$1 pattern=$2 output status
    shift 2
    output=$("$@" 2>&1)
    status=$?
    if [ $status -eq 0 ] && grep -qE -- "$pattern" <<<"$output"; then pass "$name"; else
        fail "$name" "exit $status, wanted /$pattern/, got: $output"
    fi
}

# refuse NAME PATTERN COMMAND…: the command fails and says why.
refuse() {
    local name=$1 pattern=$2 output status
    shift 2
    output=$("$@" 2>&1)
    status=$?
    if [ $status -ne 0 ] && grep -qE -- "$pattern" <<<"$output"; then pass "$name"; else
        fail "$name" "exit $status, wanted a failure with /$pattern/, got: $output"
    fi
}

# within SECONDS COMMAND…: tries until the command succeeds.
within() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $deadline ] || return 1
        sleep 0.05
    done
}

# Every kubectl of this machine, and Debian's beside it: clients of several ages read the same API.
kubectls() {
    local debian=$PWD/.build/kubectl-debian
    if [ ! -x "$debian/usr/bin/kubectl" ] && command -v apt-get >/dev/null; then
        mkdir -p "$debian"
        (cd "$debian" && apt-get download -qq kubernetes-client >/dev/null 2>&1 && dpkg -x kubernetes-client_*.deb . && rm -f ./*.deb)
    fi
    {
        local folder
        while read -r folder; do ls "$folder"/kubectl "$folder"/kubectl.[0-9]* 2>/dev/null; done < <(tr ':' '\n' <<<"$PATH")
        ls "$(dirname "$(readlink -f "$(command -v kubectl)")")"/kubectl.[0-9]* 2>/dev/null
        ls "$debian/usr/bin/kubectl" 2>/dev/null
    } | while read -r found; do readlink -f "$found"; done | sort -u
}

SCRATCH=
new_scratch() { SCRATCH=$(mktemp -d /tmp/roost-walk-XXXXXX); }

# start_roost [FLAGS…]: the platform in the background; returns when it says it is ready.
start_roost() {
    "$ROOST" up --data-dir "$SCRATCH/data" --api-port 0 --gateway-port 0 "$@" >"$SCRATCH/up.out" 2>"$SCRATCH/up.err" &
    UP=$!
    PROGRAMS+=("$UP")
    if ! within 20 grep -q 'is up' "$SCRATCH/up.out"; then
        fail "roost up starts" "$(cat "$SCRATCH/up.out" "$SCRATCH/up.err")"
        return 1
    fi
    export KUBECONFIG=$SCRATCH/data/kubeconfig HOME=$SCRATCH/home
    mkdir -p "$HOME"
    GATEWAY=$(sed -n 's|^ *gateway *http://\([0-9.:]*\).*|\1|p' "$SCRATCH/up.out")
}

stop_roost() {
    local left
    kill -TERM "$UP" 2>/dev/null
    wait "$UP" 2>/dev/null
    left=$(pgrep -f "$SCRATCH/data" | tr '\n' ' ')
    if [ -z "${left// /}" ]; then pass "after TERM no process is left"; else fail "after TERM no process is left" "$(ps -o pid,args -p ${left// /,} 2>&1)"; fi
}

clean_up() {
    local program
    for program in "${PROGRAMS[@]:-}"; do [ -z "$program" ] || kill -KILL "$program" 2>/dev/null; done
    [ -z "$SCRATCH" ] || { pkill -KILL -f "$SCRATCH/data" 2>/dev/null; rm -rf "$SCRATCH"; }
}
