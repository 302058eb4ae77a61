#!/bin/bash
# Unpack Kannel and its fake message centre, which the tests run, into a folder of .venv; a second run finds them and does nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=.venv/kannel
programs=(usr/sbin/bearerbox usr/sbin/smsbox usr/lib/kannel/test/fakesmsc)

# Unpacked, not installed: the package would start a service of its own, now and at every boot.
if [[ ! -x $folder/${programs[2]} ]]; then
    echo "解包 Kannel… / Unpacking Kannel …"
    download=$(mktemp -d)
    trap 'rm -rf "$download"' EXIT
    chmod 755 "$download"
    (cd "$download" && apt-get download --quiet --quiet -o APT::Sandbox::User="$(id -un)" kannel kannel-extras)
    rm -rf "$folder" "$folder.new"
    for package in "$download"/*.deb; do dpkg-deb --extract "$package" "$folder.new"; done
    mv "$folder.new" "$folder"
fi
for program in "${programs[@]}"; do ln -sf "../kannel/$program" ".venv/bin/$(basename "$program")"; done
