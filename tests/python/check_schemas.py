"""Checks JSON Schemas against the JSON that Python's protobuf writes.

Usage: check_schemas.py PROTO SCHEMA_FOLDER [PROTO SCHEMA_FOLDER]...

Random messages of every type must validate in their canonical JSON form; the
same with one property of a wrong type, with two members of a oneof, or without
a required property must not.
"""

import json
import pathlib
import sys

from contracts import compile_proto, messages
from google.protobuf import json_format, message_factory
from google.protobuf.descriptor import FieldDescriptor as Field
from jsonschema import Draft202012Validator
from random_messages import Source

ROUNDS = 25
FREE = {"google.protobuf.Value"}
TEXTUAL = {"Timestamp", "Duration", "FieldMask", "StringValue", "BytesValue"}
REQUIRED = 2


def requirement(pool):
    """A function that tells whether google.api.field_behavior requires a field."""
    try:
        behavior = pool.FindExtensionByName("google.api.field_behavior")
    except KeyError:
        return lambda field: False
    options = message_factory.GetMessageClass(behavior.containing_type)

    def is_required(field):
        raw = field.GetOptions().SerializeToString()
        return REQUIRED in options.FromString(raw).Extensions[behavior]

    return is_required


def wrong(field):
    """A JSON value that no field of this kind can have; None where all can."""
    if field.message_type and field.message_type.GetOptions().map_entry:
        return []
    if field.is_repeated:
        return {}
    if field.message_type:
        full_name = field.message_type.full_name
        if full_name in FREE:
            return None
        name = full_name.removeprefix("google.protobuf.")
        return "!" if name not in TEXTUAL else {}
    if field.cpp_type == Field.CPPTYPE_STRING and field.type != Field.TYPE_BYTES:
        return 5
    return "!"


def breakages(message, document, is_required):
    """The document, made wrong in one place at a time, with what is wrong."""
    for field in message.fields:
        value = wrong(field)
        if value is not None:
            yield f"{field.json_name} = {value!r}", {**document, field.json_name: value}
        if is_required(field):
            rest = {name: v for name, v in document.items() if name != field.json_name}
            yield f"no {field.json_name}", rest
    for oneof in message.oneofs:
        if len(oneof.fields) > 1:
            both = {field.json_name: example(field) for field in oneof.fields[:2]}
            alone = {k: v for k, v in document.items() if k not in names(oneof)}
            yield f"two of {oneof.name}", {**alone, **both}


def names(oneof):
    return [field.json_name for field in oneof.fields]


def example(field):
    """A JSON value that a field of this kind can have."""
    if field.message_type:
        return {}
    if field.cpp_type == Field.CPPTYPE_ENUM:
        zero = field.enum_type.values[0].name
        return None if zero == "NULL_VALUE" else zero
    return "" if field.cpp_type == Field.CPPTYPE_STRING else 1


def check(proto, folder):
    """What is wrong with the schemas of one contract."""
    pool, file = compile_proto(proto)
    is_required = requirement(pool)
    judged = 0
    for message in messages(pool, file):
        schema = json.loads((folder / f"{message.full_name}.json").read_text("utf-8"))
        validator = Draft202012Validator(
            schema, format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        for seed in range(ROUNDS):
            instance = message_factory.GetMessageClass(message)()
            Source(f"{message.full_name} {seed}", is_required).fill(instance)
            document = json_format.MessageToDict(instance, descriptor_pool=pool)
            for error in validator.iter_errors(document):
                yield f"{message.full_name}: {error.json_path}: {error.message}"
            for what, broken in breakages(message, document, is_required):
                if validator.is_valid(broken):
                    yield f"{message.full_name}: accepts {what}: {broken}"
            judged += 1
    if judged == 0:
        yield f"{proto} has no message"


def main(arguments):
    pairs = list(zip(arguments[::2], arguments[1::2], strict=True))
    faults = [fault for proto, folder in pairs for fault in check(proto, pathlib.Path(folder))]
    print("\n".join(sorted(set(faults))[:40]))
    return 1 if faults or not pairs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
