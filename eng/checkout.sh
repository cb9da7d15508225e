# Sourced by what must not run beside the application.

# take_checkout <script>: holds this checkout until the script ends, by the descriptor $lock; refuses while the application runs.
take_checkout() {
  mkdir -p .mj
  exec {lock}>.mj/run.lock
  # The AppHost holds one of its own, however it was started.
  flock -n "$lock" && flock -n .mj/apphost.lock true ||
    { echo "$1: this checkout is running; .mj/run.json says where, make down ends it" >&2; exit 1; }
}
