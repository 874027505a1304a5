#!/bin/sh
# Have the Debian packages named, or those of tools/debian.txt: installs what is missing as root, else says what to install.
# A package whose program has another name is written package:program.
set -eu
cd "$(dirname "$0")"
missing=""
for package in ${*:-$(cat debian.txt)}; do
    command -v "${package#*:}" >/dev/null 2>&1 || missing="$missing ${package%:*}"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing$missing" >&2
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    exit 0
fi
echo "These programs are needed:$missing" >&2
echo "On Debian or Ubuntu: sudo apt-get install$missing" >&2
exit 1
