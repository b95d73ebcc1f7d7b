#!/usr/bin/env bash
# Apache Spark as a second engine over the lake's Parquet: a master and two workers as separate processes,
# on the loopback interface only, for the length of one SQL file.
#
#   spark.sh install        fetch and unpack it into the cache; does nothing where it is there
#   spark.sh home           print where it is; exit code 1 where it is not installed
#   spark.sh run FILE.sql   start the cluster, run the statements of FILE, stop the cluster
#
# ICARUS_ENGINE_HOME names a Spark that is there already, else ${XDG_CACHE_HOME:-~/.cache}/icarus-engines.
# ICARUS_ENGINE_BRIEF=1 suits little data: the machines compile less and a shuffle has two parts.
# `run` prints to standard error when the cluster stands ("cluster ready") and when the queries are done.
set -euo pipefail

version=4.0.1
# Of the source archive of that version in the Python package index; a changed archive is refused.
sha256=9d1f22d994f60369228397e3479003ffe2dd736ba79165003246ff7bd48e2c73
cache=${XDG_CACHE_HOME:-$HOME/.cache}/icarus-engines
spark=${ICARUS_ENGINE_HOME:-$cache/spark-$version/deps}
cores_a_worker=1
heap_a_worker=1100m

installed() { [ -x "$spark/bin/spark-class" ]; }

install_spark() {
  if installed; then return; fi
  command -v java >/dev/null || { echo "spark.sh: Java 17 or newer must be on PATH" >&2; exit 1; }
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/.install-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  python3 -m pip download --quiet --no-deps --no-binary :all: --dest "$work" "pyspark==$version" >&2
  echo "$sha256  $work/pyspark-$version.tar.gz" | sha256sum --check --quiet >&2
  mkdir "$work/spark"
  tar -xzf "$work/pyspark-$version.tar.gz" --strip-components=1 -C "$work/spark" --wildcards '*/deps/bin' '*/deps/jars' '*/deps/licenses'
  mv -T "$work/spark" "$cache/spark-$version"
}

processes=()
# Each process leads its own group, so that its executors go with it.
begin() {
  local log=$1
  shift
  # Where the system can, a process also goes when this script is killed outright.
  local tie=()
  if command -v setpriv >/dev/null; then tie=(setpriv --pdeathsig KILL); fi
  setsid "${tie[@]}" "$@" >"$log" 2>&1 &
  processes+=($!)
}

stop_cluster() {
  for process in "${processes[@]}"; do kill -TERM -- "-$process" 2>/dev/null || true; done
  for process in "${processes[@]}"; do
    for _ in $(seq 50); do kill -0 -- "-$process" 2>/dev/null || break; sleep 0.1; done
    kill -KILL -- "-$process" 2>/dev/null || true
  done
  wait 2>/dev/null || true
  rm -rf "$work"
}

# Waits up to 60 s until `pattern` stands in `file` at least `times` times.
await() {
  local file=$1 pattern=$2 times=$3
  for _ in $(seq 300); do
    if [ "$(grep -c -- "$pattern" "$file" 2>/dev/null || true)" -ge "$times" ] 2>/dev/null; then return; fi
    sleep 0.2
  done
  echo "spark.sh: the cluster did not start" >&2
  tail -n 20 "$work"/*.log >&2
  exit 1
}

run_file() {
  local file=$1
  work=$(mktemp -d "${TMPDIR:-/tmp}/icarus-spark-XXXXXX")
  trap stop_cluster EXIT
  trap 'exit 130' INT TERM HUP
  export SPARK_HOME=$spark SPARK_LOCAL_IP=127.0.0.1 SPARK_DAEMON_MEMORY=256m SPARK_LOCAL_DIRS=$work/local SPARK_CONF_DIR=$work
  local java_options=-XX:+UseSerialGC partitions=16
  if [ -n "${ICARUS_ENGINE_BRIEF:-}" ]; then
    java_options="$java_options -XX:TieredStopAtLevel=1"
    partitions=2
  fi
  export SPARK_DAEMON_JAVA_OPTS=$java_options
  cd "$work"
  begin master.log "$spark/bin/spark-class" org.apache.spark.deploy.master.Master --host 127.0.0.1 --port 0 --webui-port 0
  await master.log 'spark://127.0.0.1:[0-9]' 1
  local master
  master=$(grep -o 'spark://127.0.0.1:[0-9]*' master.log | head -n 1)
  for worker in 1 2; do
    begin "worker-$worker.log" "$spark/bin/spark-class" org.apache.spark.deploy.worker.Worker \
      --host 127.0.0.1 --port 0 --webui-port 0 --cores "$cores_a_worker" --memory "$heap_a_worker" --work-dir "$work/work-$worker" "$master"
  done
  await master.log 'Registering worker' 2
  echo "cluster ready" >&2
  begin driver.log "$spark/bin/spark-sql" --master "$master" --driver-memory 512m \
    --conf spark.driver.host=127.0.0.1 --conf spark.driver.bindAddress=127.0.0.1 --conf spark.ui.enabled=false \
    --conf spark.executor.memory="$heap_a_worker" --conf spark.executor.cores="$cores_a_worker" \
    --conf spark.sql.catalogImplementation=in-memory --conf spark.sql.session.timeZone=UTC \
    --conf spark.sql.parquet.outputTimestampType=TIMESTAMP_MICROS --conf spark.sql.shuffle.partitions="$partitions" \
    --driver-java-options "$java_options" --conf spark.executor.extraJavaOptions="$java_options" \
    --conf spark.sql.warehouse.dir="$work/warehouse" -f "$file"
  if ! wait "${processes[-1]}"; then
    echo "spark.sh: a statement failed" >&2
    # The message, without the statement that it repeats.
    grep -E -A 3 '^\[[A-Z_.]+\]|Exception: |^Error' driver.log | cut -c 1-300 | head -n 12 >&2
    exit 1
  fi
  grep '^Time taken' driver.log >&2 || true
}

case ${1:-} in
  install) install_spark && echo "$spark" ;;
  home) installed && echo "$spark" ;;
  run) run_file "$(realpath "${2:?spark.sh run FILE.sql}")" ;;
  *) sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
