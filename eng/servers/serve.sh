# Sourced by the scripts beside it: one server, in the foreground, that never outlives whoever asked for it.

# need <binary> <package>: the binary's path, or what to install.
need() {
  command -v "$1" && return
  echo "$1 is missing. Install it with: apt-get install $2" >&2
  return 69 # EX_UNAVAILABLE
}

# serve <signal> <command...>: runs the command and stops it by that signal when we are told to stop,
# when our parent is gone, however it went, and when we are killed ourselves (the kernel sends it then).
serve() {
  local signal=$1 server parent code
  shift
  setpriv --pdeathsig "$signal" "$@" </dev/null &
  server=$!
  trap 'kill -s "$signal" "$server" 2>/dev/null' TERM INT HUP
  setpriv --pdeathsig KILL tail --pid="$PPID" -s 0.5 -f /dev/null &
  parent=$!
  wait -n "$server" "$parent" && code=0 || code=$?
  while kill -s "$signal" "$server" 2>/dev/null; do # a signal interrupts wait, so ask until it is gone
    wait "$server" && code=0 || code=$?
  done
  kill "$parent" 2>/dev/null
  return "$code"
}

# A free loopback port above the ranges that Aspire (10000 to 32767) and the kernel (to 60999) hand out.
free_port() {
  local port
  while port=$((61000 + RANDOM % 4500)); do
    (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}
