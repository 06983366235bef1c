#!/bin/sh
# Make a virtual environment and install into it: tools/environment.sh FOLDER PIP-ARGUMENTS...
# The interpreter is $PYTHON, or the first one that is new enough.
set -eu

folder=$1
shift

usable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

if [ -n "${PYTHON:-}" ]; then
    usable "$PYTHON" || { echo "$PYTHON is not Python 3.11 or later." >&2; exit 1; }
else
    for candidate in python3 python3.13 python3.12 python3.11 python; do
        if usable "$candidate"; then PYTHON=$candidate; break; fi
    done
fi
if [ -z "${PYTHON:-}" ]; then
    echo "Python 3.11 or later is needed. Install it, or name it: make PYTHON=/path/to/python" >&2
    exit 1
fi
"$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || {
    echo "$PYTHON comes without venv. On Debian and Ubuntu: apt install python3-venv" >&2
    exit 1
}

if [ ! -x "$folder/bin/python" ]; then
    echo "Making $folder with $("$PYTHON" --version) ..."
    "$PYTHON" -m venv "$folder"
    # Dependency groups (--group) came with pip 25.1.
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
fi
echo "Installing into $folder ..."
exec "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
