#!/usr/bin/env bash
# build.sh FOLDER: builds FOLDER/gateway from the distribution's Go, protoc and
# grpc-gateway, and installs those where they are missing.
set -euo pipefail
cd "$(dirname "$0")"
folder=$1
sources=/usr/share/gocode/src/github.com/grpc-ecosystem/grpc-gateway

if ! command -v protoc-gen-grpc-gateway >/dev/null || [ ! -d "$sources/runtime" ]; then
    root=()
    [ "$(id -u)" = 0 ] || root=(sudo)
    "${root[@]}" apt-get update --quiet=2
    DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install --quiet=2 --yes \
        --no-install-recommends golang-go golang-grpc-gateway \
        golang-github-grpc-ecosystem-grpc-gateway-dev golang-goprotobuf-dev protobuf-compiler >/dev/null
fi

mkdir -p "$folder/src/peer/gateway"
protoc -I../proto -I../../../codegen/proto \
    --go_out=plugins=grpc:"$folder/src" --grpc-gateway_out="$folder/src" ../proto/conversation.proto
cp main.go "$folder/src/peer/gateway/"
GO111MODULE=off GOPATH="$folder:/usr/share/gocode" GOFLAGS=-buildvcs=false \
    go build -o "$folder/gateway" peer/gateway
