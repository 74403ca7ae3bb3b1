#!/bin/sh
# Install Debian packages if this user may: as root, or with a sudo that asks nothing. Fails otherwise.
command -v apt-get >/dev/null || exit 1
if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo -n"; else exit 1; fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -q && $as_root apt-get install -q -y --no-install-recommends "$@"
