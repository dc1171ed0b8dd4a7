"""Prints, as JSON, the services at the address given as argument and their
methods, knowing nothing but what server reflection says."""

import json
import sys

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

database = ProtoReflectionDescriptorDatabase(grpc.insecure_channel(sys.argv[1]))
pool = DescriptorPool(database)
services = {
    name: [method.input_type.full_name for method in pool.FindServiceByName(name).methods]
    for name in database.get_services()
}
print(json.dumps(services))
