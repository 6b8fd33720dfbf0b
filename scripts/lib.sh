# Shared set-up of the commands in this folder; sourced, not run.
# Afterwards ROOT is the repository and VENV its virtual environment. The comment at the head of
# a command is its help: --help prints it and ends, before anything is set up.

ROOT=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
VENV=$ROOT/.venv
LOCKS=$ROOT/scripts/locks

# Compiled modules are kept: every process would compile the product and its packages anew, six
# seconds of work each.
unset PYTHONDONTWRITEBYTECODE

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# The comment at the head of the command that is running.
usage() {
  awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0"
}

# For a command that takes no arguments: refuse "$@".
no_arguments() {
  [ $# -eq 0 ] && return
  printf 'scripts/%s takes no arguments, and was given: %s\n\n' "$(basename -- "$0")" "$*" >&2
  usage >&2
  exit 2
}

# Whether "$1" runs a Python this product is tested with.
fits() {
  "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1
}

# Print the first suitable Python; a version manager's stub that runs nothing is passed over.
# 3.14 comes last: no package brings a Redis for it.
find_python() {
  local name
  for name in python3.13 python3.12 python3.11 python3.14 python3 python; do
    if fits "$name"; then
      command -v "$name"
      return
    fi
  done
  die "Python 3.11, 3.12, 3.13 or 3.14 is needed and none is on PATH: install one, such as the Debian packages python3 and python3-venv"
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
  local lock=$LOCKS/${1%.txt}.lock
  echo "Installing $1; the first time this takes a minute or two" >&2
  if command -v uv >/dev/null &&
    uv pip install --quiet --python "$VENV/bin/python" --require-hashes -r "$lock"; then
    return
  fi
  "$VENV/bin/python" -m pip --version >/dev/null 2>&1 || "$VENV/bin/python" -m ensurepip >/dev/null
  "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" ||
    die "the packages of $1 could not be installed (see above): check the network and the free disk space, then start again"
}

# What a finished installation of file "$1" is known by.
fingerprint() {
  "$VENV/bin/python" -V
  cat "$LOCKS/requirements.lock" "$LOCKS/${1%.txt}.lock" | cksum
}

# Whether .venv holds what file "$1" lists; costs a few milliseconds.
is_ready() {
  fits "$VENV/bin/python" &&
    [ "$(cat "$VENV/installed-$1" 2>/dev/null)" = "$(fingerprint "$1")" ]
}

# Make .venv hold what file "$1" lists.
ready_venv() {
  is_ready "$1" && return
  fits "$VENV/bin/python" || make_venv
  install "$1"
  # Written last: an interrupted installation starts again. Every list includes requirements.txt.
  fingerprint requirements.txt >"$VENV/installed-requirements.txt"
  fingerprint "$1" >"$VENV/installed-$1"
}

case ${1:-} in
-h | --help)
  usage
  if declare -F more_help >/dev/null; then
    more_help
  fi
  exit
  ;;
esac
