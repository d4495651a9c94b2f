# What the submit scripts share. Source it, then call: lockstep COMMAND ARGUMENTS...

set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jar="$home/target/lockstep-all.jar"
archive="$home/target/classes.jsa"

# What the vector kernels ask of a JVM. SparkSessions passes what C2 must know to executors.
kernel_options=(
  -XX:+IgnoreUnrecognizedVMOptions
  -XX:+UseG1GC                  # see VectorMemory
  -XX:-UseProfiledLoopPredicate # C2 would compile the vector kernels twice, and worse
  -XX:-UseFPUForSpilling        # C2 would keep addresses in vector registers, of which kernels leave none
)

# On two or three cores a JVM has one thread for C2, and a start waits for what that compiles.
case "$(getconf _NPROCESSORS_ONLN)" in
  2 | 3) kernel_options+=(-XX:CICompilerCount=3) ;; # one for C1, two for C2
esac

# What Spark's own scripts pass to a JVM 17; pom.xml has the same list.
jvm_options=(
  "${kernel_options[@]}"
  --add-modules=jdk.incubator.vector
  -XX:MetaspaceSize=256m # Spark's classes take some 100 MB: no collections on the way there
  -Xlog:cds=off -Xlog:cds+dynamic=off # an archive that can't be used is nothing to talk about
  --add-opens=java.base/java.lang=ALL-UNNAMED
  --add-opens=java.base/java.lang.invoke=ALL-UNNAMED
  --add-opens=java.base/java.lang.reflect=ALL-UNNAMED
  --add-opens=java.base/java.io=ALL-UNNAMED
  --add-opens=java.base/java.net=ALL-UNNAMED
  --add-opens=java.base/java.nio=ALL-UNNAMED
  --add-opens=java.base/java.util=ALL-UNNAMED
  --add-opens=java.base/java.util.concurrent=ALL-UNNAMED
  --add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED
  --add-opens=java.base/jdk.internal.ref=ALL-UNNAMED
  --add-opens=java.base/sun.nio.ch=ALL-UNNAMED
  --add-opens=java.base/sun.nio.cs=ALL-UNNAMED
  --add-opens=java.base/sun.security.action=ALL-UNNAMED
  --add-opens=java.base/sun.util.calendar=ALL-UNNAMED
  -Djava.util.logging.config.file="$home/conf/logging.properties"
  -Dlog4j2.configurationFile="file:$home/conf/log4j2.properties"
)

fail() {
  echo "lockstep: $1" >&2
  exit 2
}

# Sets java: the JDK's of JAVA_HOME, else the one on PATH.
find_java() {
  java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
  command -v "$java" >/dev/null || fail "no java found at $java: install a JDK 17, or set JAVA_HOME."
}

# Builds target/lockstep-all.jar, target/spark and target/kernel unless they are newer than the sources.
build() {
  if [[ -f "$jar" && -d "$home/target/spark/jars" && -d "$home/target/kernel" ]] &&
    [[ -z "$(find "$home/src/main" "$home/pom.xml" -newer "$jar" -print -quit)" ]]; then
    return
  fi
  command -v mvn >/dev/null || fail "no mvn found: install Maven, or build elsewhere and copy target/."
  echo "building target/lockstep-all.jar (the first time Maven fetches Spark, some 400 MB) ..." >&2
  local log
  log=$(mktemp)
  if ! (cd "$home" && mvn --batch-mode --quiet -Dmaven.test.skip=true -Dspotless.check.skip=true package) >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    echo "lockstep: the build failed." >&2
    exit 1
  fi
  rm -f "$log"
}

# The Spark to run with: $SPARK_HOME, else the one assembled from Maven.
use_spark() {
  export OPENBLAS_NUM_THREADS=1
  export SPARK_SCALA_VERSION=2.13
  assembled=
  if [[ -z "${SPARK_HOME:-}" ]]; then
    export SPARK_HOME="$home/target/spark"
    assembled=1
  fi
}

# Makes the archive of Spark's classes and ours, loaded and checked, that a JVM maps in half of the
# time that it takes to read them: once for each build, by a run of one step. An empty one says that
# none could be made. A JVM ignores an archive that is not its own.
share_classes() {
  if [[ -e "$archive" && ! "$jar" -nt "$archive" ]]; then
    return
  fi
  local folder
  folder=$(mktemp -d "$home/target/sharing.XXXXXX" 2>/dev/null) || return 0
  echo "preparing faster starts (once for each build) ..." >&2
  "$java" "${jvm_options[@]}" "-XX:ArchiveClassesAtExit=$folder/classes.jsa" -Xmx1g -cp "$class_path" \
    org.apache.spark.deploy.SparkSubmit "${submit[@]}" --conf spark.ui.port=0 "$jar" \
    train "$home/conf/softmax.conf" --data digits --max-steps 1 --out "$folder/run" \
    >"$folder/log" 2>&1 </dev/null || true
  touch "$folder/classes.jsa"
  mv -f "$folder/classes.jsa" "$archive"
  rm -rf "$folder"
}

# The value of --master in "$@", or nothing: spark-submit must know it before the program starts.
master_of() {
  local previous=
  for argument in "$@"; do
    [[ "$previous" == --master ]] && echo "$argument"
    [[ "$argument" == --master=* ]] && echo "${argument#--master=}"
    previous="$argument"
  done
  return 0
}

# Tells the program how wide the terminal is that it writes to, if it is one that can write over a line.
find_terminal() {
  unset LOCKSTEP_COLUMNS
  if [[ -t 1 && "${TERM:-dumb}" != dumb ]]; then
    local size
    { size=$(stty size <&3 2>/dev/null) || size=; } 3<&1
    export LOCKSTEP_COLUMNS="${size##* }"
    if [[ "${LOCKSTEP_COLUMNS:-0}" == 0 ]]; then # a terminal that does not know
      LOCKSTEP_COLUMNS=80
    fi
  fi
}

lockstep() {
  find_java
  build
  use_spark
  export LOCKSTEP_HOME="$home" # where conf/ is, from whatever folder this was called
  local submit=(--class io.lockstep.cli.Main --properties-file "$home/conf/spark-defaults.conf")
  local class_path="$SPARK_HOME/jars/*:$jar" # with our classes: only those on the class path are shared
  if [[ -n "$assembled" ]]; then
    share_classes
  fi
  find_terminal
  local master
  master=$(master_of "$@" | tail -n 1)
  case "$master" in
    spark:* | yarn* | k8s:*) submit+=(--master "$master") ;;
  esac # any other is the program's to understand, or to refuse without a stack trace
  if [[ -n "$assembled" ]]; then
    local sharing=-Xshare:auto
    if [[ -s "$archive" ]]; then
      sharing="-XX:SharedArchiveFile=$archive"
    fi
    exec "$java" "${jvm_options[@]}" "$sharing" "-Xmx${SPARK_DRIVER_MEMORY:-2g}" \
      -cp "$class_path" org.apache.spark.deploy.SparkSubmit "${submit[@]}" "$jar" "$@"
  fi
  exec "$SPARK_HOME/bin/spark-submit" --load-spark-defaults --driver-memory "${SPARK_DRIVER_MEMORY:-2g}" \
    --driver-java-options "${kernel_options[*]} -XX:MetaspaceSize=256m -Dlog4j2.configurationFile=file:$home/conf/log4j2.properties -Djava.util.logging.config.file=$home/conf/logging.properties" \
    "${submit[@]}" "$jar" "$@"
}
