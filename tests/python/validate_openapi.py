"""Validates the OpenAPI documents given as arguments; fails on any error."""

import json
import sys

from openapi_spec_validator import (
    OpenAPIV30SpecValidator,
    OpenAPIV31SpecValidator,
    OpenAPIV32SpecValidator,
)

VALIDATORS = {
    "3.0": OpenAPIV30SpecValidator,
    "3.1": OpenAPIV31SpecValidator,
    "3.2": OpenAPIV32SpecValidator,
}


def main(paths):
    errors = 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        validator = VALIDATORS[document["openapi"].rpartition(".")[0]]
        for error in validator(document).iter_errors():
            errors += 1
            print(f"{path}: {'/'.join(map(str, error.path))}: {error.message}")
    return 1 if errors or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
