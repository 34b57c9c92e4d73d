# Read by each walk: an environment with nothing but the wheel in it, and an empty folder to work in. `make walks` gives all walks one
# environment ($WALKS), since a second download of spaCy would prove nothing.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
if [ -z "${WALKS:-}" ]; then
    WALKS=$(mktemp -d)
    trap 'rm -rf "$WALKS"' EXIT
fi
if [ ! -x "$WALKS/env/bin/govclaim" ]; then
    "${PYTHON:-python3}" -m venv "$WALKS/env"
    "$WALKS/env/bin/python" -m pip wheel --quiet --no-deps --wheel-dir "$WALKS" "$root"
    "$WALKS/env/bin/python" -m pip install --quiet "$WALKS"/govclaim-*.whl
fi
PATH="$WALKS/env/bin:$PATH"
cd "$(mktemp -d "$WALKS/walk.XXXXXX")"

# with_extra EXTRA [PACKAGE…]: what a user would install besides
with_extra() {
    python -m pip install --quiet "govclaim[$1] @ file://$(ls "$WALKS"/govclaim-*.whl)" "${@:2}"
}
