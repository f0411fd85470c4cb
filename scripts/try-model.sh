#!/usr/bin/env bash
# Holds one short interview with a model on any OpenAI-compatible server, with answers from a file, and prints the debrief.
#
#   scripts/try-model.sh http://127.0.0.1:8080/v1 my-model [answers.txt]
#
# The answers are read as the terminal reads them: one a line. OPENAI_API_KEY is used where the server wants a key. HOTSEAT names
# another binary than the one cargo builds. Nothing is kept: the sessions are in a folder that is removed at the end.
set -euo pipefail

if [ $# -lt 2 ] || [ $# -gt 3 ]; then
  sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi

export HOTSEAT_LLM_BASE_URL=$1 HOTSEAT_LLM_MODEL=$2
answers=${3:-}
if [ -n "$answers" ]; then
  answers=$(realpath "$answers")
fi
cd "$(dirname "$0")/.."
sessions=$(mktemp -d)
trap 'rm -rf "$sessions"' EXIT

# A small machine may need minutes for a prompt that a provider reads in a second.
export HOTSEAT_CONFIG=$sessions/config.toml
printf '%s\n' '[llm]' 'first_byte_s = 300' 'between_chunks_s = 60' 'total_s = 600' >"$HOTSEAT_CONFIG"

hotseat() {
  if [ -n "${HOTSEAT:-}" ]; then
    "$HOTSEAT" "$@"
  else
    cargo run --quiet -- "$@"
  fi
}

# Says in one line what answers at the address, and stops here where nothing does.
hotseat doctor --engine llm --data-dir "$sessions"

some_answers() {
  cat <<'ANSWERS'
Kept artists per opener per week is what I'd move. We show the new list to everybody and compare it with last month.
Half of the openers, drawn at random, keep the present list for four weeks; skips are watched so that they don't rise.
If kept artists rise by two per cent or more it takes over; if not, the present list stays.
I'd stand by that, because the first week alone may be novelty; what I can't say yet is how long it lasts.
ANSWERS
}

practice() {
  hotseat practice --engine llm --data-dir "$sessions" --case music_discovery --round ml_fundamentals --mode quick --seed 1
}

if [ -n "$answers" ]; then
  practice <"$answers"
else
  some_answers | practice
fi
