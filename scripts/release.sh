#!/bin/sh
# Publishes the packages whose versions npm does not have yet. Runs on a tag, which must be the version of the service.
set -eu
cd "$(dirname "$0")/.."
tag=${GITHUB_REF_NAME:?is set by the release workflow, which runs on a tag}
version=$(node -p 'require("./apps/server/package.json").version')
if [ "$tag" != "v$version" ]; then
  echo "The tag is $tag, but apps/server/package.json has version $version." >&2
  exit 1
fi
sh scripts/pnpm.sh -r publish --provenance --no-git-checks
