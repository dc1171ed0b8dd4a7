"""Another implementation of buf.validate, as the judge of ours.

validate_oracle.py IMAGE SEED COUNT TYPE...
    Prints COUNT random messages of each TYPE, one a line: the name of the type,
    the protobuf encoding in hex, and the violations as JSON, a sorted list of
    [path, rule id, text], separated by tabs. Values lie near the bounds of the
    contract's rules, and strings have or nearly have its well-known forms.

IMAGE is an encoded FileDescriptorSet, imports included.
"""

import json
import random
import struct
import sys

import protovalidate
from google.protobuf import (
    any_pb2,
    descriptor_pb2,
    descriptor_pool,
    duration_pb2,
    empty_pb2,
    field_mask_pb2,
    message_factory,
    struct_pb2,
    timestamp_pb2,
    wrappers_pb2,
)
from google.protobuf.descriptor import FieldDescriptor as F

WELL_KNOWN = (
    any_pb2,
    descriptor_pb2,
    duration_pb2,
    empty_pb2,
    field_mask_pb2,
    struct_pb2,
    timestamp_pb2,
    wrappers_pb2,
)
DEPTH = 3
TEXTS = [
    "", "a", "ab", "abc", "abcd", "bc", "éé", "é", "ééé", "xB2", "a b", "\U0001f600\U0001f600",
    "a@b.c", "a@b", "@b.c", "a@", "a b@c.d", "a@-b.c", "a@b..c", "a.b+c@example.com", "a@b.c.", "a@@b",
    "example.com", "example.com.", "-a.com", "a-.com", "a_b.com", "123", "a.123", "a" * 63, "a" * 64,
    ".".join(["a" * 62] * 4) + ".", "a..b", ".", "..", "EXAMPLE.Com",
    "1.2.3.4", "1.2.3.256", "01.2.3.4", "1.2.3", "1.2.3.4.5", "0.0.0.0", " 1.2.3.4",
    "::", "::1", "1::", ":::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:8:9", "::ffff:1.2.3.4",
    "1:2:3:4:5:6:1.2.3.4", "fe80::1%en0", "fe80::1%", "::1.2.3.4%a", "12345::", "g::", "1::2::3", "[::1]",
    "1:2:3:4:5:6:7::8", "::2:3:4:5:6:7:8", "::01.2.3.4", "1:2:3:4:5:6:7:1.2.3.4",
    "1.2.3.0/24", "1.2.3.4/24", "1.2.3.4/33", "1.2.3.4/01", "1.2.3.4/", "0.0.0.0/0", "1.0.0.0/0", "1.2.3.4/32",
    "2001:db8::/32", "2001:db8::1/32", "::/0", "::1/0", "::1/128", "::1/129", "fe80::%a/64", "::1/1234",
    "http://a", "http://a/b?c#d", "http://a b", "http:", "http:/a", "http:a", "http://", "http://a:80", "http://a:x",
    "http://[::1]", "http://[::1]:1", "http://[fe80::1%25en0]/a", "http://[fe80::1%en0]", "http://[v1.a]", "http://[v.a]",
    "http://[::1", "http://u:p@a", "http://u@v@a", "http://%41", "http://%4", "http://%ff", "http://a/%ff", "http://a#b#c",
    "http://a?b?c", "1http://a", "+a:b", "a+b-c.d:e", "mailto:a@b.c", "urn:a:b", "//a/b", "/a//b", "a/b:c", "a:b/c", "./a:b",
    ":a", "?a", "#a", "a%20b", "a%2", "http://é", "a|b", "http://a/[b]", "http://a/b^c", "http://1.2.3.999", "http:///a", "/",
    "http://a:", "http://:80", "http://@a", "foo://[::1]x", "http://[fe80::1%25]", "http://[fe80::1%25%41]", "http://[v1F.a:b]",
    "123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174000", "123e4567e89b12d3a456426614174000",
    "123e4567-e89b-12d3-a456-42661417400", "123e4567-e89b-12d3-a456-42661417400g", "123e4567ae89b12d3ba456426614174000-1",
    "01ARZ3NDEKTSV4RRFFQ69G5FAV", "81ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAI", "01arz3ndektsv4rrffq69g5fav",
    "a:1", "a:0", "a:01", "a:65535", "a:65536", "a:", ":1", "[::1]:1", "[::1]:", "::1:1", "1.2.3.4:1", "[1.2.3.4]:1", "a b:1", "[::1]1", "[]:1", "[", "]:1", "a:+1",
    "a.b", "a.b.c", ".a.b", ".a", "..a", "a.", "1a", "a1", "_a._b", "a.1b", "a-b", "A.B_1",
    "Content-Type", ":authority", "::a", ":", "a:b", "a,b", "a\nb", "a\0b", "a\tb", "a\x7fb", "a\rb", "a/b", "(a)", "é\n", "a*+b`|~^",
]
# All are UTF-8: on others the judge's regular expressions fail instead of judging.
BYTES = [b"", b"a", b"ab", b"abc", b"abcd", b"bc", b"\0" * 4, b"\1" * 16, b"\1" * 15, b"\1" * 5, "é".encode()]
FLOATS = [0.0, -0.0, 0.1, 1.0, 1.5, 2.0, 2.5, 2.75, 3.0, 4.0, 5.0, 5.5, 6.0, 7.0, 7.5, -1.0, -3.0, -3.5,
          float("nan"), float("inf"), float("-inf"), 1e300]
PATHS = ["", "a", "b", "ab", "a.b", "b.c", "b.c.d", "b.cd", "c"]
SIGNED = {F.TYPE_INT32, F.TYPE_INT64, F.TYPE_SINT32, F.TYPE_SINT64, F.TYPE_SFIXED32, F.TYPE_SFIXED64}


def classes(image):
    pool = descriptor_pool.DescriptorPool()
    for module in WELL_KNOWN:
        pool.AddSerializedFile(module.DESCRIPTOR.serialized_pb)
    known = {module.DESCRIPTOR.name for module in WELL_KNOWN}
    with open(image, "rb") as file:
        files = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file
    for file in files:
        if file.name not in known:
            pool.Add(file)
    return lambda name: message_factory.GetMessageClass(pool.FindMessageTypeByName(name))


def scalar(rng, field):
    if field.type == F.TYPE_BOOL:
        return rng.random() < 0.5
    if field.type == F.TYPE_STRING:
        return rng.choice(TEXTS) if rng.random() < 0.7 else rng.choice(TEXTS[:12])
    if field.type == F.TYPE_BYTES:
        return rng.choice(BYTES)
    if field.type == F.TYPE_ENUM:
        closed = field.enum_type.is_closed
        return rng.choice(field.enum_type.values).number if closed else rng.randint(0, 4)
    if field.type == F.TYPE_FLOAT:
        value = rng.choice(FLOATS)
        return struct.unpack("f", struct.pack("f", value))[0] if abs(value) < 1e38 else 2.0
    if field.type == F.TYPE_DOUBLE:
        return rng.choice(FLOATS)
    return rng.randint(-4 if field.type in SIGNED else 0, 9)


def message(rng, into, depth):
    name = into.DESCRIPTOR.full_name
    if name == "google.protobuf.Any":
        into.type_url = rng.choice(["", "type.googleapis.com/checked.v1.Inner", "type.googleapis.com/a.B"])
    elif name == "google.protobuf.FieldMask":
        into.paths.extend(rng.choice(PATHS) for _ in range(rng.randint(0, 3)))
        if rng.random() < 0.2:
            del into.paths[:]
            into.paths.extend(["a", "b"])
    elif name in ("google.protobuf.Duration", "google.protobuf.Timestamp"):
        into.seconds = rng.randint(0, 8)
        into.nanos = rng.choice([0, 0, 500000000, 1])
        if name == "google.protobuf.Timestamp" and rng.random() < 0.3:
            into.GetCurrentTime()
            # Far enough from now that both implementations see the same.
            into.seconds += rng.choice([-4000, -1800, 1800, 4000])
    else:
        fields(rng, into, depth)
    return into


def fields(rng, into, depth):
    for field in into.DESCRIPTOR.fields:
        if rng.random() < 0.15 and not field.is_required:
            continue
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            key, value = field.message_type.fields
            for _ in range(rng.randint(0, 3)):
                # Ours cuts long keys in paths.
                entry = scalar(rng, key)
                entry = entry[:64] if isinstance(entry, str) else entry
                if value.message_type is None:
                    getattr(into, field.name)[entry] = scalar(rng, value)
                elif depth > 0:
                    message(rng, getattr(into, field.name)[entry], depth - 1)
        elif field.message_type is not None:
            if depth == 0:
                continue
            if field.is_repeated:
                for _ in range(rng.randint(0, 3)):
                    message(rng, getattr(into, field.name).add(), depth - 1)
            else:
                inner = getattr(into, field.name)
                inner.SetInParent()
                message(rng, inner, depth - 1)
        elif field.is_repeated:
            getattr(into, field.name).extend(scalar(rng, field) for _ in range(rng.randint(0, 4)))
        else:
            setattr(into, field.name, scalar(rng, field))


def json_name(name):
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def step(element):
    text = json_name(element.field_name)
    subscript = element.subscript
    if subscript is None:
        return text
    return f"{text}[{quoted(subscript.value)}]"


def quoted(key):
    return json.dumps(key, ensure_ascii=False) if isinstance(key, (str, bool)) else str(key)


def path(violation):
    field = violation.proto.field
    return ".".join(step(element) for element in field.elements) if field else ""


def main():
    image, seed, count, *names = sys.argv[1:]
    rng = random.Random(int(seed))
    find = classes(image)
    validator = protovalidate.Validator()
    for name in names:
        for _ in range(int(count)):
            built = message(rng, find(name)(), DEPTH)
            found = [
                [path(violation), violation.proto.rule_id, violation.proto.message]
                for violation in validator.collect_violations(built)
            ]
            print(name, built.SerializeToString().hex(), json.dumps(sorted(found)), sep="\t")


main()
