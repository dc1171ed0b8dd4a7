"""Checks the JSON Schemas given as arguments against the meta-schema, and that
every reference in them leads somewhere inside the same file."""

import json
import sys

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def faults(schema):
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        yield error.message
    for reference in references(schema):
        name = reference.removeprefix("#/$defs/")
        if name == reference or name not in schema.get("$defs", {}):
            yield f"{reference} leads nowhere"


def main(paths):
    errors = 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            schema = json.load(file)
        for fault in faults(schema):
            errors += 1
            print(f"{path}: {fault}")
    return 1 if errors or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
