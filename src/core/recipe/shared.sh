# Below: shared by looop's recipes. A failed look is no change: the last reading stays, until the third failure in a row.
# What a command says of its failure is on stderr already.
fail() {
  printf '%s\n' "$1" >&2
  own=${0##*/}
  last=$(cat "${LOOOP_DATA_DIR:-.}/snapshots/sensor-${own%.sh}.json" 2>/dev/null)
  count=$(printf '%s' "$last" | sed -n 's/.*,"failed":\([0-9]*\)}$/\1/p')
  case $last in '' | '{"signal":{"error":'*) exit 1 ;; esac
  [ "${count:-0}" -lt 2 ] || exit 1
  printf '%s,"failed":%s}\n' "$(printf '%s' "$last" | sed -e 's/,"failed":[0-9]*}$/}/' -e 's/}$//')" $((${count:-0} + 1))
  exit 0
}
need() {
  command -v "$1" >/dev/null 2>&1 && return
  printf '%s is not installed: %s\n' "$1" "$2" >&2
  exit 127
}
# Prints the lines of its input as a JSON array of strings: at most 20, each at most 120 bytes.
list() {
  tr '\t' ' ' | LC_ALL=C tr -d '\000-\011\013-\037\177' | LC_ALL=C awk '
    NF && ++n <= 20 {
      if (length($0) > 120) { $0 = substr($0, 1, 120); sub(/[\300-\377][\200-\277]*$/, "") }
      gsub(/\\/, "&&"); gsub(/"/, "\\\"")
      out = out (n > 1 ? "," : "") "\"" $0 "\""
    }
    END { print "[" out "]" }'
}
# Prints a text as a JSON string.
text() { printf '%s\n' "$1" | head -n 1 | list | sed -e 's/^\[//' -e 's/\]$//' -e 's/^$/""/'; }
say() { printf '{"signal":%s,"detail":%s}\n' "$1" "$2"; }
# Above: shared.
