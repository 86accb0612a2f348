"""Holds the OpenAPI document that Loadline serves against JSON Schema 2020-12 and its own answers against it, by
Debian's python3-jsonschema; where python3 has openapi_spec_validator, the document against OpenAPI 3.1, too.

Standard input: {"document": ..., "answers": [{"method": "get", "path": "/readyz", "status": 200,
"media_type": "application/json", "body": ...}, ...]}. Prints what is wrong, and ends with 1; "checked N answers" and 0
where nothing is.
"""

import json
import sys

import jsonschema
from jsonschema.validators import Draft202012Validator

asked = json.load(sys.stdin)
document = asked["document"]
problems = []


def schemas(value, place):
    """All schemas that stand anywhere in the document."""
    if isinstance(value, dict):
        for name, inner in value.items():
            here = f"{place}/{name}"
            if name == "schema":
                yield here, inner
            elif name == "schemas":
                yield from ((f"{here}/{each}", schema) for each, schema in inner.items())
            yield from schemas(inner, here)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from schemas(inner, f"{place}/{i}")


def references(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


for place, schema in schemas(document, "#"):
    try:
        Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        problems.append(f"{place}: no JSON Schema: {error.message}")

known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
used = set(references(document))
problems += [f"{each} is not there" for each in sorted(used - known)]
problems += [f"{each} is used nowhere" for each in sorted(known - used)]

operations = [(path, method, each) for path, item in document["paths"].items() for method, each in item.items()]
ids = [each["operationId"] for _, _, each in operations]
problems += [f"operationId {each} stands there twice" for each in sorted(set(ids)) if ids.count(each) > 1]
for path, method, operation in operations:
    names = [each["name"] for each in operation["parameters"]]
    if len(names) != len(set(names)):
        problems.append(f"{method} {path}: a parameter stands there twice")

try:
    import openapi_spec_validator

    openapi_spec_validator.validate(document)
    print("openapi_spec_validator has nothing against it")
except ImportError:
    pass
except Exception as error:  # whichever of its own, by version
    problems.append(f"openapi_spec_validator: {error}")

# Every reference leads into the document: so it is the resolver's whole world.
resolver = jsonschema.RefResolver("", document)
answered = set()
for answer in asked["answers"]:
    name = f"{answer['method']} {answer['path']} {answer['status']}"
    operation = document["paths"].get(answer["path"], {}).get(answer["method"])
    if operation is None:
        problems.append(f"{name}: there is no such operation")
        continue
    response = operation["responses"].get(str(answer["status"]))
    if response is None:
        problems.append(f"{name}: there is no such response")
        continue
    answered.add((answer["path"], answer["method"], answer["status"]))
    content = response.get("content", {})
    media_type = answer["media_type"].split(";")[0]
    if media_type not in content:
        problems.append(f"{name}: {media_type} is none of {list(content)}")
        continue
    validator = Draft202012Validator(content[media_type]["schema"], resolver=resolver)
    for error in validator.iter_errors(answer["body"]):
        problems.append(f"{name}: {list(error.absolute_path)}: {error.message[:300]}")

problems += [
    f"{method} {path}: was not tried" for path, method, _ in operations if not {(path, method, 200), (path, method, 202)} & answered
]
for problem in problems:
    print(problem)
print(f"checked {len(asked['answers'])} answers")
sys.exit(1 if problems else 0)
