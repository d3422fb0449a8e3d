#!/bin/sh
# Packs what is published and checks with @arethetypeswrong/cli that every resolver finds the types. CI runs it. It is not
# part of `npm test` because that tool brings a TypeScript of its own.
set -eu
cd "$(dirname "$0")/.."
packed=$(mktemp -d)
trap 'rm -rf "$packed"' EXIT
for name in @todo/client fastify-trpc; do
  sh scripts/pnpm.sh --silent --filter "$name" pack --pack-destination "$packed"
done
for tarball in "$packed"/*.tgz; do
  sh scripts/pnpm.sh --silent dlx @arethetypeswrong/cli@0.18.5 --profile esm-only "$tarball"
done
