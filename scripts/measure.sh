#!/usr/bin/env bash
# Prints the figures of docs/BENCHMARKS.md that are taken from outside the program: size, cold start, bulk judging, memory.
#
#   scripts/measure.sh [RUNS]
#
# A cold start here is the whole of: start, open a new store, introduce, ask, find the input at its end, pause, close. That is more
# than the time to the first question, so it is a bound on it.
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-11}
cargo build --release --quiet
hotseat=target/release/hotseat
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

printf 'binary: %s bytes\n' "$(stat -c %s "$hotseat")"

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

for _ in $(seq "$runs"); do
  rm -rf "$work/data"
  /usr/bin/time -f '%e %U %S %M' -o "$work/time" "$hotseat" --data-dir "$work/data" --seed 3 --engine offline </dev/null >/dev/null
  cat "$work/time" >>"$work/cold"
done
printf 'cold start, median of %s: %s s wall, ' "$runs" "$(cut -d' ' -f1 "$work/cold" | median)"
printf '%s s CPU, %s kB resident\n' "$(awk '{ print $2 + $3 }' "$work/cold" | median)" "$(cut -d' ' -f4 "$work/cold" | median)"

inputs=$work/answers.jsonl
for _ in $(seq 60); do cat evals/dev_answers.jsonl; done >"$inputs"
for count in 171 10260; do
  head -n "$count" "$inputs" >"$work/some"
  /usr/bin/time -f '%e %U %M' -o "$work/time" "$hotseat" judge <"$work/some" >/dev/null
  read -r wall user memory <"$work/time"
  printf 'judge, %s answers: %s s wall, %s s CPU, %s kB resident\n' "$count" "$wall" "$user" "$memory"
done
