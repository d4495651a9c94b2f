#!/usr/bin/env bash
# A driver's host and workers' hosts with limited links, as network namespaces of this machine, with a
# standalone master and workers in them: for a scaling study, see src/docs/scaling.md. Linux, as root.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

folder="$home/target/netns"
bridge=lockstep0
subnet=10.77.0
url="spark://$subnet.1:7077"
patience=60 # seconds to wait for a process to come

usage() {
  cat <<END
Usage: submit/netns.sh up WORKERS GBITS     a driver's host and WORKERS others, with links of GBITS Gbit/s
       submit/netns.sh driver COMMAND...    runs a command on the driver's host
       submit/netns.sh down                 ends what runs there and removes the hosts

The master is at $url. Logs are in target/netns.
END
}

names() { ip netns list | awk '$1 ~ /^lockstep-/ {print substr($1, 10)}'; }

inside() {
  local name=$1
  shift
  ip netns exec "lockstep-$name" env SPARK_LOCAL_IP="$(<"$folder/$name.address")" "$@"
}

# Makes a host: NAME NUMBER GBITS. Its link is limited in both directions, each where it is sent into.
host() {
  local name=$1 address=$subnet.$2 rate=$3
  ip netns add "lockstep-$name"
  ip link add "ls-$name" type veth peer name eth0 netns "lockstep-$name"
  ip link set "ls-$name" master "$bridge" up
  ip -n "lockstep-$name" addr add "$address/24" dev eth0
  ip -n "lockstep-$name" link set eth0 up
  ip -n "lockstep-$name" link set lo up
  tc qdisc add dev "ls-$name" root tbf rate "${rate}gbit" burst 256kb latency 100ms
  tc -n "lockstep-$name" qdisc add dev eth0 root tbf rate "${rate}gbit" burst 256kb latency 100ms
  echo "$address" >"$folder/$name.address"
}

# Starts a daemon on a host: NAME CLASS ARGUMENTS...
launch() {
  local name=$1
  shift
  LOCKSTEP_LOG_LEVEL=info inside "$name" nohup "$java" "${jvm_options[@]}" -Xmx512m -cp "$SPARK_HOME/jars/*" "$@" \
    >"$folder/$name.log" 2>&1 </dev/null &
}

# Waits until a daemon's log has a text: NAME TEXT
await() {
  for ((tenths = 0; tenths < 10 * patience; tenths++)); do
    grep -q "$2" "$folder/$1.log" 2>/dev/null && return
    sleep 0.1
  done
  echo "lockstep: $1 did not come within $patience s; see $folder/$1.log" >&2
  exit 1
}

up() {
  [[ $# -eq 2 ]] || { usage >&2; exit 2; }
  [[ "$1" =~ ^[1-9][0-9]?$ ]] || fail "WORKERS must be a whole number from 1 to 99, but was '$1'."
  [[ "$2" =~ ^[0-9]*\.?[0-9]+$ && ! "$2" =~ ^[0.]+$ ]] || fail "GBITS must be a number > 0, but was '$2'."
  [[ -z "$(names)" ]] || fail "such hosts are there already: submit/netns.sh down removes them."
  [[ $EUID -eq 0 ]] || fail "network namespaces need root: run it as root, for instance with sudo."
  find_java
  build
  use_spark
  mkdir -p "$folder"
  rm -f "$folder"/*.log # an earlier daemon's would look like this one's
  trap 'down >/dev/null' EXIT # what fails leaves nothing behind
  ip link add "$bridge" type bridge
  ip link set "$bridge" up
  host driver 1 "$2"
  launch driver org.apache.spark.deploy.master.Master --host "$subnet.1" --port 7077 --webui-port 0
  await driver "Starting Spark master"
  for ((i = 1; i <= $1; i++)); do
    host "w$i" $((i + 1)) "$2"
    launch "w$i" org.apache.spark.deploy.worker.Worker --host "$subnet.$((i + 1))" --webui-port 0 \
      --cores 1 --memory 1g --work-dir "$folder/work" "$url"
  done
  for ((i = 1; i <= $1; i++)); do
    await "w$i" "Successfully registered"
  done
  trap - EXIT
  echo "$url with $1 workers of one core and 1 GB, links of $2 Gbit/s"
}

down() {
  local name
  for name in $(names); do
    ip netns pids "lockstep-$name" | xargs -r kill -9 || true # some end by themselves meanwhile
    ip link del "ls-$name" 2>/dev/null || true # else it stays until what was killed is gone
    ip netns del "lockstep-$name"
  done
  ip link del "$bridge" 2>/dev/null || true
  rm -rf "$folder/work"
  echo "removed the hosts"
}

case "${1:-}" in
  up)
    shift
    up "$@"
    ;;
  driver)
    shift
    [[ -n "$(names)" ]] || fail "there are no hosts: submit/netns.sh up makes them."
    inside driver "$@"
    ;;
  down) down ;;
  -h | --help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
