#!/bin/sh
# Runs the pnpm version that package.json names in `packageManager`. It needs Node and npm only.
set -eu
manifest="$(dirname "$0")/../package.json"
exec npx --yes --prefer-offline "$(sed -n 's/.*"packageManager": "\([^"]*\)".*/\1/p' "$manifest")" "$@"
