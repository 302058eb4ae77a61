#!/bin/bash
# Install those Debian packages that are missing; `--dev` adds what the tests need. Starts and enables no service.
set -euo pipefail
# Not redis-server, which would bring a system service: the server itself is in redis-tools.
needed=(ca-certificates debian-archive-keyring espeak-ng libespeak-ng1 python3-venv redis-tools)
if [[ ${1:-} == --dev ]]; then
    # The libraries are those of Kannel, which kannel.sh unpacks.
    needed+=(chromium libct4 libhiredis0.14 libmariadb3 libpcre3 libpq5 libsqlite3-0 libxml2 postgresql-15 sip-tester sox)
fi

missing=()
for package in "${needed[@]}"; do
    state=$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null || true)
    [[ $state == installed ]] || missing+=("$package")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

if [[ $(id -u) != 0 ]]; then
    cat >&2 <<END
缺少系统软件包，请先安装： / System packages are missing; install them first:
    sudo apt-get update && sudo apt-get install --no-install-recommends ${missing[*]}
END
    exit 1
fi

echo "安装系统软件包… / Installing system packages: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
install=(apt-get install --quiet --quiet --yes --no-install-recommends -o Dpkg::Use-Pty=0)
apt-get update --quiet --quiet
if [[ " ${missing[*]} " == *" postgresql-15 "* ]]; then
    # The tests start a PostgreSQL of their own: the package shall not make a cluster, nor start one at every boot.
    "${install[@]}" postgresql-common
    no_cluster=/etc/postgresql-common/createcluster.d/linli-setup.conf
    mkdir -p "$(dirname "$no_cluster")"
    echo "create_main_cluster = false" > "$no_cluster"
    trap 'rm -f "$no_cluster"' EXIT
fi
"${install[@]}" "${missing[@]}"
