"""Validates every OpenAPI document below a folder, quickly: by the schema of
the specification with the metaschema of JSON Schema for the schemas inside, and
by what no schema can say: references resolve, operation ids are unique, and the
variables of a path are its parameters.
"""

import json
import re
import sys
from multiprocessing import Pool
from pathlib import Path

import jsonschema_rs
from openapi_spec_validator.schemas import (
    get_schema_content_v30,
    get_schema_content_v31,
    get_schema_content_v32,
)

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}

validators = {}


def with_schemas(content):
    """The schema of a version whose documents hold JSON Schema as it is."""
    base = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://example.invalid/openapi-with-schemas",
        "$ref": content["$id"],
        "$defs": {
            "dialect": {
                "$dynamicAnchor": "meta",
                "$ref": "https://json-schema.org/draft/2020-12/schema",
            }
        },
    }
    registry = jsonschema_rs.Registry([(content["$id"], content)])
    return jsonschema_rs.validator_for(base, registry=registry)


def prepare():
    validators["3.0"] = jsonschema_rs.validator_for(get_schema_content_v30())
    validators["3.1"] = with_schemas(get_schema_content_v31())
    validators["3.2"] = with_schemas(get_schema_content_v32())


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def resolve(document, reference):
    node = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def operations(document):
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            yield path, item, item[method]


def faults(document):
    validator = validators[document["openapi"].rpartition(".")[0]]
    for error in validator.iter_errors(document):
        yield f"{'/'.join(map(str, error.instance_path))}: {error.message[:300]}"
    for reference in set(references(document)):
        try:
            resolve(document, reference)
        except (KeyError, TypeError):
            yield f"{reference} leads nowhere"
    seen = set()
    for path, item, operation in operations(document):
        name = operation.get("operationId")
        if name in seen:
            yield f"two operations are called {name}"
        seen.add(name)
        parameters = item.get("parameters", []) + operation.get("parameters", [])
        parameters = [resolve(document, p["$ref"]) if "$ref" in p else p for p in parameters]
        given = [p["name"] for p in parameters if p["in"] == "path"]
        if sorted(given) != sorted(re.findall(r"{([^}]*)}", path)):
            yield f"{path}: its path parameters are {given}"
        for name in given:
            # Other characters are no part of a name to many tools.
            if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
                yield f"{path}: the name of its parameter {name!r}"
        places = [(p["in"], p["name"]) for p in operation.get("parameters", [])]
        if len(places) != len(set(places)):
            yield f"{path}: a parameter is declared twice"


def judge(path):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    return [f"{path}: {fault}" for fault in faults(document)]


def main(folder):
    paths = sorted(Path(folder).rglob("*.json"))
    with Pool(initializer=prepare) as pool:
        found = [fault for faults in pool.imap_unordered(judge, paths, 8) for fault in faults]
    for fault in sorted(found)[:200]:
        print(fault)
    print(f"{len(paths)} documents, {len(found)} faults")
    return 1 if found or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
