"""Checks the reports in a folder: `report.json` and `report.sarif` against their
JSON Schemas, which are the other arguments, and the forms that have no published
schema part by part against what their readers document."""

import json
import pathlib
import re
import sys
import xml.etree.ElementTree as xml

from jsonschema import Draft7Validator, Draft202012Validator


def validated(validator, schema, path):
    validator.check_schema(schema)
    found = validator(schema).iter_errors(json.loads(path.read_text("utf-8")))
    return [f"{path.name}: {error.json_path}: {error.message}" for error in found]


def json_report(folder, schema):
    # What is not described must not be there.
    for part in [schema, *schema["$defs"].values()]:
        part["additionalProperties"] = False
    return validated(Draft202012Validator, schema, folder / "report.json")


def sarif(folder, schema):
    path = folder / "report.sarif"
    faults = validated(Draft7Validator, schema, path)
    for run in json.loads(path.read_text("utf-8"))["runs"]:
        names = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        for result in run["results"]:
            if names[result["ruleIndex"]] != result["ruleId"]:
                faults.append(f"{path.name}: ruleIndex of {result['ruleId']}")
    return faults


SEVERITIES = {"info", "minor", "major", "critical", "blocker"}


def gitlab(folder):
    issues = json.loads((folder / "report.gitlab").read_text("utf-8"))
    for issue in issues:
        lines = issue["location"]["lines"]
        if set(issue) != {"description", "check_name", "fingerprint", "severity", "location"}:
            yield f"gitlab: keys {sorted(issue)}"
        if issue["severity"] not in SEVERITIES or not issue["location"]["path"]:
            yield f"gitlab: {issue}"
        if not 1 <= lines["begin"] <= lines["end"]:
            yield f"gitlab: lines {lines}"
    if len({issue["fingerprint"] for issue in issues}) != len(issues):
        yield "gitlab: fingerprints repeat"


CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase", "system-out"},
    "testcase": {"failure", "skipped", "system-out"},
    "failure": set(),
    "skipped": set(),
    "system-out": set(),
}
NEEDED = {
    "testsuites": {"name", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped"},
    "testcase": {"name", "classname"},
    "failure": {"message"},
    "skipped": {"message"},
    "system-out": set(),
}


def junit(folder):
    root = xml.parse(folder / "report.junit").getroot()
    if root.tag != "testsuites":
        yield f"junit: the root is {root.tag}"
    for element in root.iter():
        if set(element.attrib) != NEEDED[element.tag]:
            yield f"junit: attributes of {element.tag}: {sorted(element.attrib)}"
        for child in element:
            if child.tag not in CHILDREN[element.tag]:
                yield f"junit: {child.tag} in {element.tag}"
    for suite in root.iter("testsuite"):
        cases = list(suite.iter("testcase"))
        counted = {
            "tests": len(cases),
            "failures": sum(case.find("failure") is not None for case in cases),
            "skipped": sum(case.find("skipped") is not None for case in cases),
        }
        for name, count in counted.items():
            if suite.get(name) != str(count):
                yield f"junit: {name} is {suite.get(name)}, not {count}"


COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")
PROPERTIES = {"file", "line", "endLine", "col", "endColumn", "title"}


def github(folder):
    for line in (folder / "report.github").read_text("utf-8").splitlines():
        command = COMMAND.fullmatch(line)
        if command is None:
            yield f"github: {line}"
            continue
        properties = dict(part.split("=", 1) for part in command[2].split(","))
        if not set(properties) <= PROPERTIES:
            yield f"github: properties {sorted(properties)}"


def main(folder, schema, sarif_schema):
    folder = pathlib.Path(folder)
    read = lambda path: json.loads(pathlib.Path(path).read_text("utf-8"))
    faults = json_report(folder, read(schema)) + sarif(folder, read(sarif_schema))
    faults += [fault for check in (gitlab, junit, github) for fault in check(folder)]
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
