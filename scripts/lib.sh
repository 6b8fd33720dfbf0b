# Shared set-up of the commands in this folder; sourced, not run.
# Afterwards ROOT is the repository and VENV its virtual environment.

ROOT=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
VENV=$ROOT/.venv

# Compiled modules are kept: every process would compile the product and its packages anew, six
# seconds of work each.
unset PYTHONDONTWRITEBYTECODE

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Whether "$1" runs a Python this product is tested with.
fits() {
  "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

# Print the first suitable Python; a version manager's stub that runs nothing is passed over.
find_python() {
  local name
  for name in python3.13 python3.12 python3.11 python3 python; do
    if fits "$name"; then
      command -v "$name"
      return
    fi
  done
  die "Python 3.11, 3.12 or 3.13 is needed and none is on PATH: install one, such as the Debian packages python3 and python3-venv"
}

make_venv() {
  local python
  python=$(find_python)
  echo "Creating .venv with $python" >&2
  if command -v uv >/dev/null && uv venv --quiet --clear --python "$python" "$VENV"; then
    return
  fi
  "$python" -m venv --clear "$VENV" ||
    die ".venv could not be created: install the package python3-venv, or uv, and check the free disk space"
}

install() {
  echo "Installing $1; the first time this takes a minute or two" >&2
  if command -v uv >/dev/null && uv pip install --quiet --python "$VENV/bin/python" -r "$ROOT/$1"; then
    return
  fi
  "$VENV/bin/python" -m pip --version >/dev/null 2>&1 || "$VENV/bin/python" -m ensurepip >/dev/null
  "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check -r "$ROOT/$1" ||
    die "the packages of $1 could not be installed (see above): check the network and the free disk space, then start again"
}

# What a finished installation of file "$1" is known by.
fingerprint() {
  "$VENV/bin/python" -V
  cat "$ROOT/requirements.txt" "$ROOT/$1" | cksum
}

# Make .venv hold what file "$1" lists; costs a few milliseconds where it already does.
ready_venv() {
  fits "$VENV/bin/python" || make_venv
  if [ "$(cat "$VENV/installed-$1" 2>/dev/null)" != "$(fingerprint "$1")" ]; then
    install "$1"
    # Written last: an interrupted installation starts again. Every list includes requirements.txt.
    fingerprint requirements.txt >"$VENV/installed-requirements.txt"
    fingerprint "$1" >"$VENV/installed-$1"
  fi
}
