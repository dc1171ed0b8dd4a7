"""Google's own ProtoJSON, as the judge of ours.

json_oracle.py generate IMAGE TYPE SEED COUNT
    Prints random messages of TYPE, one a line: the protobuf encoding in hex, a
    tab, and the JSON. Every other line uses what readers must accept beside
    the canonical form: names as in the .proto file, enums as numbers.
json_oracle.py check IMAGE TYPE
    Reads such lines, and fails on the first whose JSON is not the message.

IMAGE is an encoded FileDescriptorSet, imports included; the well-known types
need not be in it. An Any may hold a TYPE too, unless that is a well-known type,
which belongs to no contract.
"""

import random
import struct
import sys

from google.protobuf import (
    any_pb2,
    descriptor_pb2,
    descriptor_pool,
    duration_pb2,
    empty_pb2,
    field_mask_pb2,
    json_format,
    message_factory,
    struct_pb2,
    timestamp_pb2,
    wrappers_pb2,
)
from google.protobuf.descriptor import FieldDescriptor as F

POOL = descriptor_pool.DescriptorPool()
WELL_KNOWN_FILES = [
    module.DESCRIPTOR
    for module in (
        any_pb2,
        duration_pb2,
        empty_pb2,
        field_mask_pb2,
        struct_pb2,
        timestamp_pb2,
        wrappers_pb2,
    )
]
DEPTH = 3
TEXT = 'aB0 "\\/\n\t\x01\x7f\u00e9\u20ac\u2028\U0001f600'
INTEGERS = {
    F.TYPE_INT32: (-(2**31), 2**31 - 1),
    F.TYPE_SINT32: (-(2**31), 2**31 - 1),
    F.TYPE_SFIXED32: (-(2**31), 2**31 - 1),
    F.TYPE_UINT32: (0, 2**32 - 1),
    F.TYPE_FIXED32: (0, 2**32 - 1),
    F.TYPE_INT64: (-(2**63), 2**63 - 1),
    F.TYPE_SINT64: (-(2**63), 2**63 - 1),
    F.TYPE_SFIXED64: (-(2**63), 2**63 - 1),
    F.TYPE_UINT64: (0, 2**64 - 1),
    F.TYPE_FIXED64: (0, 2**64 - 1),
}
IN_ANY = [
    "google.protobuf.Duration",
    "google.protobuf.Int64Value",
    "google.protobuf.Value",
    "google.protobuf.Empty",
]


def load(image):
    files = descriptor_pb2.FileDescriptorSet()
    with open(image, "rb") as file:
        files.ParseFromString(file.read())
    for file in files.file:
        POOL.Add(file)
    imported = {file.name for file in files.file}
    for file in WELL_KNOWN_FILES:
        if file.name not in imported:
            POOL.AddSerializedFile(file.serialized_pb)


def class_of(name):
    return message_factory.GetMessageClass(POOL.FindMessageTypeByName(name))


def integer(field_type, rng):
    low, high = INTEGERS[field_type]
    return rng.choice([low, high, rng.randint(low, high), rng.randint(max(low, -9), 9)])


def double(rng):
    value = struct.unpack("<d", rng.randbytes(8))[0]
    # One NaN, and no negative zero: that is lost in the protobuf encoding.
    return rng.choice([float("nan") if value != value else value, float("inf"), 0.0, 1.5, 1e21])


def single(rng):
    value = struct.unpack("<f", rng.randbytes(4))[0]
    largest = struct.unpack("<f", b"\xff\xff\x7f\x7f")[0]
    return rng.choice(
        [float("nan") if value != value else value, float("-inf"), largest, -largest, 0.1, 0.0]
    )


def scalar(field, rng):
    if field.type in INTEGERS:
        return integer(field.type, rng)
    if field.type == F.TYPE_DOUBLE:
        return double(rng)
    if field.type == F.TYPE_FLOAT:
        return single(rng)
    if field.type == F.TYPE_BOOL:
        return rng.random() < 0.5
    if field.type == F.TYPE_STRING:
        return "".join(rng.choices(TEXT, k=rng.randrange(6)))
    if field.type == F.TYPE_BYTES:
        return rng.randbytes(rng.randrange(6))
    return enum_value(field.enum_type, rng)


def enum_value(enum, rng):
    numbers = [value.number for value in enum.values]
    unknown = [] if enum.is_closed or enum.full_name == "google.protobuf.NullValue" else [4711]
    return rng.choice(numbers + unknown)


def fill(message, rng, depth):
    known = WELL_KNOWN.get(message.DESCRIPTOR.full_name)
    if known:
        known(message, rng, depth)
        return
    oneofs = [o for o in message.DESCRIPTOR.oneofs if len(o.fields) > 1]
    chosen = {rng.choice(oneof.fields).name for oneof in oneofs}
    for field in message.DESCRIPTOR.fields:
        one_of_several = field.containing_oneof in oneofs
        if one_of_several and field.name not in chosen:
            continue
        if field.is_required or rng.random() < 0.6:
            set_field(message, field, rng, depth)


def set_field(message, field, rng, depth):
    if field.message_type and not field.is_required and depth == 0:
        return
    if field.message_type and field.message_type.GetOptions().map_entry:
        fill_map(getattr(message, field.name), field.message_type, rng, depth)
    elif field.is_repeated:
        values = getattr(message, field.name)
        for _ in range(rng.randrange(4)):
            if field.message_type:
                fill(values.add(), rng, depth - 1)
            else:
                values.append(scalar(field, rng))
    elif field.message_type:
        child = getattr(message, field.name)
        child.SetInParent()
        fill(child, rng, depth - 1)
    else:
        setattr(message, field.name, scalar(field, rng))


def fill_map(entries, entry, rng, depth):
    keys, values = entry.fields_by_name["key"], entry.fields_by_name["value"]
    for _ in range(rng.randrange(4)):
        key = scalar(keys, rng)
        if values.message_type:
            fill(entries[key], rng, depth - 1)
        else:
            entries[key] = scalar(values, rng)


def fill_any(message, rng, depth):
    name = rng.choice(IN_ANY)
    held = class_of(name)()
    fill(held, rng, 0)
    message.Pack(held, deterministic=True)


def fill_timestamp(message, rng, depth):
    message.seconds = rng.randint(-62135596800, 253402300799)
    message.nanos = rng.choice([0, 5000000, 7000, rng.randrange(10**9)])


def fill_duration(message, rng, depth):
    sign = rng.choice([1, -1])
    message.seconds = sign * rng.choice([0, 1, rng.randint(0, 315576000000)])
    message.nanos = sign * rng.choice([0, 5000000, 7000, rng.randrange(10**9)])


def fill_mask(message, rng, depth):
    message.paths.extend(rng.sample(["a", "foo_bar", "a.b_c", "x1.y"], rng.randrange(4)))


def fill_struct(message, rng, depth):
    for key in rng.sample(["a", "b_c", "", "\u00e9"], rng.randrange(3)):
        fill_value(message.fields[key], rng, depth - 1)


def fill_list(message, rng, depth):
    for _ in range(rng.randrange(3)):
        fill_value(message.values.add(), rng, depth - 1)


def fill_value(message, rng, depth):
    kind = rng.choice(["null", "number", "string", "bool"] + ["struct", "list"] * (depth > 0))
    if kind == "null":
        message.null_value = 0
    elif kind == "number":
        message.number_value = rng.choice([0.0, 1.0, -2.5, 1e300, rng.random()])
    elif kind == "string":
        message.string_value = "".join(rng.choices(TEXT, k=3))
    elif kind == "bool":
        message.bool_value = rng.random() < 0.5
    elif kind == "struct":
        message.struct_value.SetInParent()
        fill_struct(message.struct_value, rng, depth)
    else:
        message.list_value.SetInParent()
        fill_list(message.list_value, rng, depth)


WELL_KNOWN = {
    "google.protobuf.Any": fill_any,
    "google.protobuf.Timestamp": fill_timestamp,
    "google.protobuf.Duration": fill_duration,
    "google.protobuf.FieldMask": fill_mask,
    "google.protobuf.Struct": fill_struct,
    "google.protobuf.ListValue": fill_list,
    "google.protobuf.Value": fill_value,
}


def generate(name, seed, count):
    message_class = class_of(name)
    if not name.startswith("google.protobuf."):
        IN_ANY.append(name)
    for number in range(count):
        message = message_class()
        fill(message, random.Random(seed * 1_000_003 + number), DEPTH)
        lenient = number % 2 == 1
        text = json_format.MessageToJson(
            message,
            indent=None,
            descriptor_pool=POOL,
            preserving_proto_field_name=lenient,
            use_integers_for_enums=lenient,
        )
        print(message.SerializeToString(deterministic=True).hex(), text, sep="\t")


def check(name):
    message_class = class_of(name)
    count = 0
    for line in sys.stdin:
        encoded, text = line.rstrip("\n").split("\t", 1)
        expected = message_class.FromString(bytes.fromhex(encoded))
        try:
            found = json_format.Parse(text, message_class(), descriptor_pool=POOL)
        except json_format.ParseError as error:
            sys.exit(f"line {count + 1} is refused: {error}\n{text}")
        if found.SerializeToString(deterministic=True) != expected.SerializeToString(
            deterministic=True
        ):
            sys.exit(f"line {count + 1} is another message\n{text}\nwanted: {expected}")
        count += 1
    print(count)


def main():
    mode, image, name, *rest = sys.argv[1:]
    load(image)
    if mode == "generate":
        generate(name, int(rest[0]), int(rest[1]))
    else:
        check(name)


if __name__ == "__main__":
    main()
