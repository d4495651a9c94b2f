#!/usr/bin/env bash
# A standalone Spark master and workers on this machine, for trying out a real cluster.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

folder="$home/target/cluster"
host=127.0.0.1
port="${SPARK_MASTER_PORT:-7077}"
url="spark://$host:$port"
patience=30 # seconds to wait for a process to come or go

usage() {
  cat <<END
Usage: submit/cluster.sh start [--workers N]    a master and N workers (default 2), one core each
       submit/cluster.sh stop                   stops them all

The master listens at $url (SPARK_MASTER_PORT changes the port); logs and process numbers are in
target/cluster. Train on it with submit/train.sh --master $url
END
}

# Starts a daemon: NAME CLASS ARGUMENTS...
launch() {
  local name=$1
  shift
  LOCKSTEP_LOG_LEVEL=info nohup "$java" "${jvm_options[@]}" -Xmx512m -cp "$SPARK_HOME/jars/*" "$@" \
    >"$folder/$name.log" 2>&1 </dev/null &
  echo $! >"$folder/$name.pid"
}

# Whether process $1 is one of ours: after a reboot its number may be a stranger's.
alive() {
  ps -p "$1" -o args= 2>/dev/null | grep -q org.apache.spark.deploy
}

answers() {
  (exec 3<>"/dev/tcp/$host/$port") 2>/dev/null
}

start() {
  local workers=2
  if [[ "${1:-}" == --workers ]]; then
    workers="${2:-}"
    shift 2 || true
  fi
  [[ $# -eq 0 ]] || { usage >&2; exit 2; }
  [[ "$workers" =~ ^[1-9][0-9]*$ ]] || fail "--workers must be a whole number >= 1, but was '$workers'."
  for file in "$folder"/*.pid; do
    if [[ -f "$file" ]] && alive "$(<"$file")"; then
      fail "a cluster is running already: submit/cluster.sh stop ends it."
    fi
  done
  if answers; then
    fail "port $port is taken: set SPARK_MASTER_PORT to another."
  fi
  find_java
  build
  use_spark
  mkdir -p "$folder"
  trap 'stop >/dev/null' EXIT # a start that fails leaves nothing running
  launch master org.apache.spark.deploy.master.Master --host "$host" --port "$port" --webui-port 0
  await "the master at $url" "$folder/master.log" answers
  for ((i = 1; i <= workers; i++)); do
    launch "worker-$i" org.apache.spark.deploy.worker.Worker --host "$host" --webui-port 0 \
      --cores 1 --memory 1g --work-dir "$folder/work" "$url"
  done
  for ((i = 1; i <= workers; i++)); do
    await "worker $i" "$folder/worker-$i.log" grep -q "Successfully registered" "$folder/worker-$i.log"
  done
  trap - EXIT
  echo "$url with $workers workers of one core and 1 GB"
}

# Waits until a command succeeds: WHAT LOG COMMAND...
await() {
  local what=$1 log=$2
  shift 2
  for ((tenths = 0; tenths < 10 * patience; tenths++)); do
    "$@" && return
    sleep 0.1
  done
  echo "lockstep: $what did not come within $patience s; see $log" >&2
  exit 1
}

stop() {
  local stopped=0
  for file in "$folder"/worker-*.pid "$folder"/master.pid; do
    [[ -f "$file" ]] || continue
    local pid
    pid=$(<"$file")
    if alive "$pid"; then
      stopped=$((stopped + 1))
      kill "$pid"
      for ((n = 0; n < 10 * patience; n++)); do
        alive "$pid" || break
        sleep 0.1
      done
      if alive "$pid"; then
        kill -9 "$pid"
      fi
    fi
    rm -f "$file"
  done
  echo "stopped $stopped processes"
}

case "${1:-}" in
  start)
    shift
    start "$@"
    ;;
  stop) stop ;;
  -h | --help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
