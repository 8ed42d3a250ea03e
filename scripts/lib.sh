# shellcheck shell=bash
# Shared by the scripts beside it, which source it in the repository's root. Sets no options.

tools=${XDG_CACHE_HOME:-$HOME/.cache}/tfmod-tools

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$(basename "$0"): $*"
  exit 1
}

# step NAME COMMAND...: runs the command, and says which one failed.
step() {
  local name=$1
  shift
  say "== $name"
  "$@" || die "$name failed"
}

# Prints a Python that tfmod supports: $PYTHON, or the first one on PATH.
find_python() {
  local python
  for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    "$python" -c 'import sys; sys.version_info < (3, 11) and sys.exit(1); print(sys.executable)' 2>/dev/null && return
  done
  die "needs Python 3.11 or newer${PYTHON:+ (PYTHON=$PYTHON is not)}; on Debian 12 and later: apt-get install python3 python3-pip"
}

# new_venv PYTHON DIR: also where Debian's python3-venv is missing, which takes ensurepip along.
new_venv() {
  if "$1" -c 'import ensurepip' 2>/dev/null; then
    "$1" -m venv --clear "$2"
  elif "$1" -m pip --version >/dev/null 2>&1; then
    "$1" -m venv --clear --without-pip "$2"
    "$1" -m pip --python "$2/bin/python" install --quiet --disable-pip-version-check pip
  else
    die "$1 has neither ensurepip nor pip; on Debian: apt-get install python3-pip"
  fi
}

# make_venv run|dev: makes $venv hold the locked packages of requirements/{run,dev}.txt and this checkout; does nothing when it does
# already. python3's is .venv; with PYTHON set, each version has its own.
make_venv() {
  local python set
  python=$(find_python)
  venv=.venv
  [ -z "${PYTHON:-}" ] || venv=.venv-$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  for set in dev "$1"; do # dev holds all of run
    [ "$(cat "$venv/.tfmod-$set" 2>/dev/null)" != "$(fingerprint "$python" "$set")" ] || return 0
  done
  if [ -e "$venv" ] && [ ! -e "$venv/.tfmod" ]; then
    die "$venv is there already and was made by somebody else; move it away first"
  fi
  say "== installing the $1 packages into $venv"
  new_venv "$python" "$venv"
  touch "$venv/.tfmod"
  pip_install --require-hashes -r "requirements/$1.txt"
  pip_install --no-deps --no-build-isolation --editable .
  fingerprint "$python" "$1" >"$venv/.tfmod-$1"
}

# Of all that decides what is in the virtual environment.
fingerprint() { { "$1" -VV; pwd; cat pyproject.toml "requirements/$2.txt"; } | cksum; }

pip_install() { "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }

# Puts the tool cache behind the machine's own tools.
use_tools() { PATH=$PATH:$tools/bin; }
