#!/bin/sh
# Copies what Node needs to run from Debian, and nothing else: no shell, no package manager.
set -eu
root=$1

mkdir -p "$root/usr/local/bin" "$root/etc/ssl/certs" "$root/usr/share"
cp /usr/local/bin/node "$root/usr/local/bin/node"
strip --strip-all "$root/usr/local/bin/node"

# The libraries of Node, and those that glibc loads for name resolution
libraries=$(ldd /usr/local/bin/node | grep -oE '/[^ ]+')
names=$(ldconfig -p | awk '$1 ~ /^lib(nss_dns|nss_files|resolv)\.so\.2$/ { print $NF }')
for library in $libraries $names; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done

cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
cp -R /usr/share/zoneinfo "$root/usr/share/zoneinfo"
rm -rf "$root/usr/share/zoneinfo/right" "$root/usr/share/zoneinfo/posix"

printf 'root:x:0:0:root:/:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\nnonroot:x:65532:\n' >"$root/etc/group"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
