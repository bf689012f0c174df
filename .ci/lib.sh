# Shared by the scripts beside it: where things are, how steps are told, how long commands report.
# Sourced, never run. Works with the bash 5.2 of Debian 12 and no other tool than coreutils.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
ROOT=$PWD
VENV=$ROOT/.venv
PY=$VENV/bin/python
LOGS=$ROOT/var/log
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PYTHONUNBUFFERED=1

say() { printf '%s\n' "$*"; }
step() { printf '[%s] %s\n' "$1" "$2"; }

# fail MESSAGE... : say what is wrong and how to put it right, then stop.
fail() {
  printf '\nStopped: %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}

# with_progress LABEL COMMAND... : keep the command's output in a log, tell every 5 seconds that it
# goes on, and show the end of the log when it fails. Ctrl-C ends the command too.
with_progress() {
  local label=$1 log child words started=$SECONDS status=0 ticks=0
  shift
  mkdir -p "$LOGS"
  log=$LOGS/${label//[^A-Za-z0-9]/-}.log
  "$@" >"$log" 2>&1 </dev/null &
  child=$!
  trap 'kill "$child" 2>/dev/null; exit 130' INT TERM
  while kill -0 "$child" 2>/dev/null; do
    sleep 0.2
    ticks=$((ticks + 1))
    if [ $((ticks % 25)) = 0 ]; then
      words=$(last_words "$log") || true
      printf '      … %s, %s s%s\n' "$label" "$((SECONDS - started))" "${words:+: $words}"
    fi
  done
  wait "$child" || status=$?
  trap - INT TERM
  if [ "$status" != 0 ]; then
    printf '\n%s failed (exit code %s). The end of %s:\n' "$label" "$status" "${log#"$ROOT"/}" >&2
    tail -n 30 "$log" >&2
  fi
  return "$status"
}

last_words() { tail -n 40 "$1" 2>/dev/null | grep -v -i '^warning' | tail -n 1 | tr -d '\r' | cut -c 1-90; }

# find_python : print a Python of 3.11 or newer: $PYTHON, else Debian's python3.11, else python3.11, else python3.
# Debian's comes first: one that was built without profiling, as pyenv does unless told otherwise, takes half as long
# again. One that can make virtual environments comes before one to which the module must be added first.
find_python() {
  local candidate needs
  for needs in "ensurepip, venv" sys; do
    for candidate in ${PYTHON:-/usr/bin/python3.11 python3.11 python3}; do
      if "$candidate" -c "import $needs, sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null; then
        command -v "$candidate"
        return 0
      fi
    done
  done
  return 1
}
