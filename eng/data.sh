# Sourced by backup, restore and verify: which databases and which blobs are meant.
# ConnectionStrings__{jobs,deliveries,images,gateway,callbacks} and Blobs__* say so, as they do to the services. Without them it is what `make run`
# keeps in .mj; its Postgres is started when it does not run.
databases=(jobs deliveries gateway callbacks images) # images last: whatever the others know of a picture, its row is in the copy

# field <connection string> <name...>: the first of these fields, whatever its case. Host=db;Port=5432;Username=...
field() {
  local text=$1 pair name
  shift
  for name in "$@"; do
    while IFS= read -r -d ';' pair; do
      [[ ${pair%%=*} == "${name}" || $(tr '[:upper:]' '[:lower:]' <<<"${pair%%=*}") == "$name" ]] && { printf '%s' "${pair#*=}"; return; }
    done <<<"$text;"
  done
}

# on <database> <command...>: runs a Postgres tool against that database. The password is in no argument.
on() {
  local variable=ConnectionStrings__$1 text
  text=${!variable:?is not set}
  shift
  PGHOST=$(field "$text" host server) PGPORT=$(field "$text" port) PGUSER=$(field "$text" username "user id" userid) \
    PGPASSWORD=$(field "$text" password) PGDATABASE=$(field "$text" database) PGCONNECT_TIMEOUT=10 "$@"
}

image_store() {
  if [ -n "${MJ_IMAGE_STORE:-}" ]; then
    dotnet exec "$MJ_IMAGE_STORE" "$@" # built already
  else
    dotnet run --project services/ImageStore --no-launch-profile -- "$@"
  fi
}

if [ -z "${ConnectionStrings__images:-}" ]; then
  data=$PWD/.mj/postgres
  # The 4th line of postmaster.pid is the port.
  if [ -s "$data/postmaster.pid" ] && kill -0 "$(head -1 "$data/postmaster.pid")" 2>/dev/null; then
    port=$(sed -n 4p "$data/postmaster.pid")
  else
    . eng/servers/serve.sh
    port=$(free_port)
    mkdir -p "$data"
    eng/servers/postgres "$data" "$port" "${databases[@]}" >.mj/postgres.log 2>&1 &
    server=$!
    trap 'kill "$server" 2>/dev/null && wait "$server" || true' EXIT
    deadline=$((SECONDS + 60))
    until (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
      [ $SECONDS -lt $deadline ] && kill -0 "$server" 2>/dev/null || { tail -n 20 .mj/postgres.log >&2; echo "Postgres did not start" >&2; exit 1; }
      sleep 0.1
    done
  fi
  for database in "${databases[@]}"; do
    export "ConnectionStrings__$database=Host=127.0.0.1;Port=$port;Username=postgres;Database=$database"
  done
  export Blobs__Path=${Blobs__Path:-$PWD/.mj/blobs}
  mkdir -p "$Blobs__Path"
fi
