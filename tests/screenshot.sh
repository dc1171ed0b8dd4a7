#!/usr/bin/env bash
# Takes the README's picture of the docs page again: starts the example, uses
# its page in Chromium, writes docs/images/console.png. tests/setup.sh has
# installed what it needs.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(realpath "${CARGO_TARGET_DIR:-target}")
address=127.0.0.1:8190
cargo build --quiet -p summarizer

# The example keeps its queue below the folder that it runs in.
folder=$(mktemp -d)
(cd "$folder" && ADDRESS=$address exec "$target/debug/summarizer" >/dev/null) &
example=$!
trap 'kill "$example"; wait "$example" || true; rm -rf "$folder"' EXIT
curl --silent --show-error --retry 50 --retry-delay 1 --retry-connrefused --output /dev/null \
    "http://$address/docs/"

mkdir -p docs/images
NODE_PATH="$target/test-env/node/node_modules" node tests/node/docs_screenshot.js \
    "$(command -v chromium)" "http://$address" docs/images/console.png
