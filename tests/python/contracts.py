"""Compiles .proto files to message classes of a pool of their own."""

import pathlib
import sys
import tempfile

import grpc_tools
from google.protobuf import descriptor_pb2, descriptor_pool
from grpc_tools import protoc

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
BUNDLED = REPOSITORY / "codegen" / "proto"
STANDARD = pathlib.Path(grpc_tools.__file__).parent / "_proto"


def compile_proto(file):
    """The pool with a file and what it imports, and the file's own name in it."""
    file = pathlib.Path(file).resolve()
    with tempfile.TemporaryDirectory() as folder:
        image = pathlib.Path(folder) / "image"
        includes = [f"-I{path}" for path in (file.parent, BUNDLED, STANDARD)]
        outcome = protoc.main(
            ["protoc", *includes, "--include_imports", f"--descriptor_set_out={image}", file.name]
        )
        if outcome != 0:
            sys.exit(f"{file} does not compile")
        files = descriptor_pb2.FileDescriptorSet.FromString(image.read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for description in files.file:
        pool.Add(description)
    return pool, file.name


def messages(pool, file):
    """Every message type that a file declares, nested ones included."""
    waiting = list(pool.FindFileByName(file).message_types_by_name.values())
    while waiting:
        message = waiting.pop()
        if not message.GetOptions().map_entry:
            waiting.extend(message.nested_types)
            yield message
