#!/usr/bin/env bash
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage="Usage: submit/notebook.sh [jupyter|install]

  jupyter   (default) installs the Java kernel \"lockstep\" and opens notebooks/jupyter in JupyterLab
  install   installs the kernel only, for a Jupyter that runs already

The kernel has lockstep, Spark and their options on board. It is JJava's where \`pip install jjava\`
was, else a small one of lockstep's own. Python's notebook takes Jupyter's Python: pip install
pandas matplotlib."

kernel_main=io.lockstep.notebook.KernelMain
kernel_jars="$home/target/kernel"

require_jupyter() {
  command -v jupyter >/dev/null ||
    fail "no jupyter found: pip install jupyterlab pandas matplotlib, or see submit/notebook.sh --help."
}

# The jar of JJava, if Jupyter has it.
jjava_jar() {
  local folder
  folder=$(jupyter kernelspec list 2>/dev/null | awk '$1 == "java" { print $2 }')
  [[ -n "$folder" ]] && find "$folder" -name 'jjava*.jar' -print -quit
  return 0
}

# The class that `java -jar $1` would start.
main_class_of() {
  local folder
  folder=$(mktemp -d)
  (cd "$folder" && "${java%java}jar" xf "$1" META-INF/MANIFEST.MF)
  tr -d '\r' <"$folder/META-INF/MANIFEST.MF" | sed -n 's/^Main-Class: //p'
  rm -rf "$folder"
}

# A text as JSON writes it.
json() {
  local text=${1//\\/\\\\}
  echo "\"${text//\"/\\\"}\""
}

install_kernel() {
  require_jupyter
  find_java
  build
  [[ -d "$kernel_jars" ]] || fail "$kernel_jars is missing: remove $jar and say this again."
  local folder
  folder=$(mktemp -d)
  mkdir "$folder/lockstep"
  cat >"$folder/lockstep/kernel.json" <<EOF
{
  "argv": [$(json "$home/submit/notebook.sh"), "kernel", "{connection_file}", $(json "$(jjava_jar)")],
  "display_name": "Java (lockstep)",
  "language": "java",
  "interrupt_mode": "message",
  "env": { "LOCKSTEP_HOME": $(json "$home"), "OPENBLAS_NUM_THREADS": "1" }
}
EOF
  jupyter kernelspec install --user "$folder/lockstep" 2>/dev/null ||
    fail "jupyter could not install the kernel: run 'jupyter kernelspec install --user $folder/lockstep' to see why."
  rm -rf "$folder"
  echo "kernel \"lockstep\" installed: Java with lockstep and Spark" >&2
}

# What Jupyter starts: CONNECTION_FILE JJAVA_JAR.
run_kernel() {
  find_java
  use_spark
  [[ -f "$jar" && -d "$kernel_jars" && -d "$SPARK_HOME/jars" ]] ||
    fail "the Java kernel has no build: $jar, $kernel_jars or $SPARK_HOME/jars is missing. Say: submit/notebook.sh install"
  local main="$kernel_main" own="$kernel_jars/*" # first: an older gson would leave it hanging
  if [[ -f "${2:-}" ]]; then
    own="$2"
    main=$(main_class_of "$2")
  fi
  exec "$java" "${jvm_options[@]}" --add-opens=jdk.jshell/jdk.jshell=ALL-UNNAMED \
    "-Xmx${SPARK_DRIVER_MEMORY:-2g}" -cp "$own:$SPARK_HOME/jars/*:$jar" "$main" "$1"
}

case "${1:-jupyter}" in
  jupyter)
    install_kernel
    exec jupyter lab --notebook-dir="$home/notebooks" "$home/notebooks/README.md"
    ;;
  install) install_kernel ;;
  kernel) run_kernel "${@:2}" ;;
  -h | --help) echo "$usage" ;;
  *) fail "unknown kind of notebook: $1. One of jupyter, install; submit/notebook.sh --help says more." ;;
esac
