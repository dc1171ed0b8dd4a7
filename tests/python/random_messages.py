"""Random messages of any type, the same for the same seed.

Fields that their contract calls required are always set, and to a value that is
not their default, which canonical JSON would leave out.
"""

import math
import random

from google.protobuf.descriptor import FieldDescriptor as Field

TEXTS = ["", "plain", "Zürich", 'quoted "text"', "line\nbreak", "\u2028", "😀"]
INTEGERS = {
    Field.CPPTYPE_INT32: [0, 1, -1, 2**31 - 1, -(2**31)],
    Field.CPPTYPE_UINT32: [0, 1, 2**32 - 1],
    Field.CPPTYPE_INT64: [0, 1, -1, 2**53 + 1, 2**63 - 1, -(2**63)],
    Field.CPPTYPE_UINT64: [0, 1, 2**53 + 1, 2**64 - 1],
}
DOUBLES = [0.0, -0.5, 1e300, 5e-324, math.nan, math.inf, -math.inf]
FLOATS = [0.0, 0.5, -3.25, 1e30, math.nan, math.inf, -math.inf]


class Source:
    """Fills messages from one seed."""

    def __init__(self, seed, is_required=lambda field: False):
        self.random = random.Random(seed)
        self.is_required = is_required

    def fill(self, message, depth=3):
        """Sets fields of a message; nested ones down to a depth."""
        special = WELL_KNOWN.get(message.DESCRIPTOR.full_name)
        if special:
            special(self, message)
            return
        oneofs = {}
        for field in message.DESCRIPTOR.fields:
            if field.containing_oneof and len(field.containing_oneof.fields) > 1:
                oneofs.setdefault(field.containing_oneof.name, []).append(field)
            elif self.is_required(field) or self.random.random() < 0.6:
                self.set(message, field, depth)
        for members in oneofs.values():
            if self.random.random() < 0.8:
                self.set(message, self.random.choice(members), depth)

    def set(self, message, field, depth):
        """Sets one field."""
        if field.message_type and field.message_type.GetOptions().map_entry:
            self.set_map(message, field, depth)
        elif field.is_repeated:
            values = getattr(message, field.name)
            for _ in range(self.random.randint(0, 3)):
                if field.message_type:
                    if depth > 0 or is_special(field):
                        self.fill(values.add(), depth - 1)
                else:
                    values.append(self.scalar(field))
        elif field.message_type:
            if depth > 0 or is_special(field) or self.is_required(field):
                inner = getattr(message, field.name)
                inner.SetInParent()
                self.fill(inner, depth - 1)
        else:
            value = self.scalar(field)
            while self.is_required(field) and value == field.default_value:
                value = self.scalar(field)
            setattr(message, field.name, value)

    def set_map(self, message, field, depth):
        """Adds entries to a map."""
        key, value = field.message_type.fields
        entries = getattr(message, field.name)
        for _ in range(self.random.randint(0, 3)):
            name = self.scalar(key)
            if not value.message_type:
                entries[name] = self.scalar(value)
            elif depth > 0 or is_special(value):
                self.fill(entries[name], depth - 1)

    def scalar(self, field):
        """A value of a field that is no message."""
        if field.cpp_type in INTEGERS:
            return self.random.choice(INTEGERS[field.cpp_type])
        if field.cpp_type == Field.CPPTYPE_ENUM:
            return self.random.choice(field.enum_type.values).number
        if field.cpp_type == Field.CPPTYPE_BOOL:
            return self.random.random() < 0.5
        if field.cpp_type == Field.CPPTYPE_DOUBLE:
            return self.random.choice(DOUBLES + [self.random.uniform(-1e9, 1e9)])
        if field.cpp_type == Field.CPPTYPE_FLOAT:
            return self.random.choice(FLOATS)
        if field.type == Field.TYPE_BYTES:
            return self.random.randbytes(self.random.randint(0, 8))
        return self.random.choice(TEXTS)


def is_special(field):
    """Whether the field is of a well-known type, which never nests the contract's."""
    return field.message_type.full_name.startswith("google.protobuf.")


def fill_any(source, message):
    message.type_url = "type.googleapis.com/google.protobuf.Duration"
    message.value = b"\x08" + bytes([source.random.randint(0, 127)])


def fill_duration(source, message):
    sign = source.random.choice([1, -1])
    message.seconds = sign * source.random.choice([0, 1, 315576000000 - 1])
    message.nanos = sign * source.random.choice([0, 5, 1000, 500000000])


def fill_timestamp(source, message):
    message.seconds = source.random.choice([0, -62135596800, 253402300799, 1700000000])
    message.nanos = source.random.choice([0, 1, 20000, 120000000])


def fill_mask(source, message):
    message.paths.extend(source.random.sample(["name", "page_size", "a.b_c"], 2))


def fill_value(source, message, depth=2):
    kinds = ["null_value", "number_value", "string_value", "bool_value"]
    kind = source.random.choice(kinds + (["struct_value", "list_value"] if depth else []))
    if kind == "null_value":
        message.null_value = 0
    elif kind == "number_value":
        message.number_value = source.random.choice([0.0, -1.5, 1e20])
    elif kind == "string_value":
        message.string_value = source.random.choice(TEXTS)
    elif kind == "bool_value":
        message.bool_value = True
    elif kind == "struct_value":
        fill_struct(source, message.struct_value, depth - 1)
    else:
        fill_list(source, message.list_value, depth - 1)


def fill_struct(source, message, depth=2):
    message.SetInParent()
    for name in source.random.sample(TEXTS, source.random.randint(0, 2)):
        fill_value(source, message.fields[name], depth)


def fill_list(source, message, depth=2):
    message.SetInParent()
    for _ in range(source.random.randint(0, 3)):
        fill_value(source, message.values.add(), depth)


WELL_KNOWN = {
    "google.protobuf.Any": fill_any,
    "google.protobuf.Duration": fill_duration,
    "google.protobuf.Timestamp": fill_timestamp,
    "google.protobuf.FieldMask": fill_mask,
    "google.protobuf.Value": fill_value,
    "google.protobuf.Struct": fill_struct,
    "google.protobuf.ListValue": fill_list,
}
