#!/usr/bin/env bash
# Sets up what the tests need and runs all of them.
set -euo pipefail
cd "$(dirname "$0")/.."

tests/setup.sh
if cargo nextest --version >/dev/null 2>&1; then
    # One more than there are processors: most tests of queues wait most of the time.
    cargo nextest run --workspace --no-fail-fast --test-threads "$(($(nproc) + 1))"
else
    cargo test --workspace --no-fail-fast
fi
cargo test --workspace --doc --quiet
