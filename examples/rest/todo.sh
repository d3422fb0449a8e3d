#!/bin/sh
# Adds a todo and lists the open ones with curl: sh examples/rest/todo.sh "Call the plumber"
set -eu
api="${TODO_URL:-http://localhost:8000}/api/v1"
title="${1:?usage: sh todo.sh <title>}"

# Evaluates an expression in which `it` is the JSON from standard input.
json() { node -e "const it = JSON.parse(require('fs').readFileSync(0)); console.log($1)"; }
call() { curl --silent --show-error --fail-with-body --header 'content-type: application/json' "$@"; }

token=$(call "$api/auth/log-in" \
  --data '{"email":"demo@example.com","password":"try everything once"}' | json it.accessToken)
authorization="authorization: Bearer $token"

node -p 'JSON.stringify({ title: process.argv[1] })' "$title" |
  call "$api/todos" --header "$authorization" --data @- | json '`Added: ${it.title}`'

cursor=
while [ "$cursor" != null ]; do
  page=$(call --get "$api/todos" --header "$authorization" \
    --data completed=false --data limit=5 ${cursor:+--data-urlencode "cursor=$cursor"})
  echo "$page" | json 'it.items.map(({ title }) => title).join("\n")'
  cursor=$(echo "$page" | json it.nextCursor)
done
