#!/bin/sh
# `pnpm install` runs this. It installs the hooks of lefthook.yml in a git checkout of this project, and nowhere else:
# an image is built without git, CI needs no hooks, and an unpacked archive may lie in another project's checkout.
if [ -n "${CI:-}" ] || ! prefix=$(git rev-parse --show-prefix 2>/dev/null) || [ -n "$prefix" ]; then exit 0; fi
lefthook install >/dev/null || echo 'The git hooks are not installed.' >&2
