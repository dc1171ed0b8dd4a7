#!/usr/bin/env bash
# Writes every committed output of the generator again.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --quiet -p agentgen-cli
agentgen="$(realpath "${CARGO_TARGET_DIR:-target}")/debug/agentgen"

golden() {
    "$agentgen" gen "tests/proto/$2" -I tests/proto -o "tests/golden/$1" --emit rust,documents
}
golden agent_service agent_service.proto
golden agent_services agent_services.proto
golden archive archive.proto
golden checked checked/v1/checked.proto
golden mistaken mistaken.proto
golden legacy legacy/archive.proto
golden summarizer summarizer.proto
golden task_orchestrator task_orchestrator.proto
golden workshop workshop/v1/workshop.proto
(cd examples/committed && "$agentgen" gen)
