"""What can be said of a command without running it: that the subcommands, options and paths in it are there."""

import functools
import json
import re
import shlex
import subprocess

import links

VERBS = {"annotate", "api-resources", "apply", "auth", "cluster-info", "config", "cp", "create", "debug", "delete", "describe",
         "diff", "edit", "events", "exec", "explain", "get", "kustomize", "label", "logs", "patch", "port-forward", "replace",
         "rollout", "run", "scale", "set", "top", "version", "wait"}
RESOURCES = {"all", "certificate", "certificates", "clusterrole", "clusterrolebinding", "clustertriggerauthentication",
             "clustertriggerauthentications", "configmap", "configmaps", "crd", "deploy", "deployment", "deployments", "endpoints",
             "endpointslices", "events", "hpa", "horizontalpodautoscalers", "job", "jobs", "namespace", "namespaces", "networkpolicy",
             "networkpolicies", "node", "nodes", "pod", "pods", "pvc", "role", "rolebinding", "scaledjob", "scaledjobs", "scaledobject",
             "scaledobjects", "secret", "secrets", "service", "serviceaccount", "services", "sts", "statefulset", "statefulsets", "svc",
             "triggerauthentication"}
HELM = {"dependency", "get", "history", "install", "lint", "list", "package", "push", "rollback", "show", "status", "template", "test",
        "uninstall", "upgrade"}


def words(text):
    try:
        return shlex.split(text, comments=True)
    except ValueError:
        return text.split()


def simple_commands(command):
    """The commands of a line, roughly: cut where the shell cuts."""
    lexer = shlex.shlex(command.replace("\\\n", " "), posix=True, punctuation_chars=";&|<>()\n")
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = " \t\r", True, "#"
    found = [[]]
    try:
        for token in lexer:
            if token and set(token) <= set(";&|()\n"):
                found.append([])
            else:
                found[-1].append(token)
    except ValueError:
        found = [words(command)]
    for each in found:
        while each and re.match(r"^[A-Za-z_]+=", each[0]):
            each.pop(0)
    return [each for each in found if each]


@functools.lru_cache(None)
def help_of(loadline, *path):
    return subprocess.run([loadline, *path, "--help"], capture_output=True, text=True).stdout


def of_loadline(loadline, arguments):
    path = []
    while arguments and re.search(rf"^  {re.escape(arguments[0])} ", help_of(loadline, *path).partition("Subcommands:")[2], re.M):
        path.append(arguments.pop(0))
    if not path and arguments and not arguments[0].startswith("-") and not re.search(r"[A-Z]|\.\.\.", arguments[0]):
        yield f"loadline has no command {arguments[0]}"
        return
    known = help_of(loadline, *path)
    for each in arguments:
        option = re.match(r"^(--[A-Za-z][\w.-]*|-[A-Za-z]$)", each)
        if option and not re.search(rf"(?:^|[\s,]){re.escape(option[1])}(?![\w.-])", known) and option[1] not in ("--help", "--version"):
            yield f"loadline {' '.join(path)} has no option {option[1]}"


def of_kubectl(arguments):
    plain = []
    skip = False
    for each in arguments:
        if skip:
            skip = False
        elif each in ("-n", "--namespace", "-l", "--selector", "-o", "-f", "-k", "--field-selector", "--as"):
            skip = True
        elif each == "--":
            break
        elif not each.startswith("-"):
            plain.append(each)
    if not plain or plain[0] not in VERBS:
        yield f"kubectl has no verb {plain[:1]}"
        return
    verb, rest = plain[0], plain[1:]
    if verb in ("get", "describe", "delete", "annotate", "label", "patch", "scale") and rest and "-f" not in arguments:
        for each in rest[0].split(","):
            kind = each.split("/")[0]
            if kind.split(".")[0] not in RESOURCES and not re.match(r"^[A-Z]+$", kind):
                yield f"kubectl {verb}: {kind} is no known resource"


def has_value(schema, path):
    """Whether the schema of a chart's values knows this path."""
    whole = schema
    for each in path:
        while "$ref" in schema:
            schema = functools.reduce(lambda found, key: found[key], schema["$ref"].removeprefix("#/").split("/"), whole)
        if each in schema.get("properties", {}):
            schema = schema["properties"][each]
        elif isinstance(schema.get("additionalProperties"), dict):
            schema = schema["additionalProperties"]
        elif schema.get("additionalProperties", True) is False:
            return False
        else:
            return True  # any are taken
    return True


def of_helm(root, arguments):
    if not arguments or arguments[0] not in HELM:
        yield f"helm has no command {arguments[:1]}"
        return
    charts = [each for each in arguments if (root / each / "Chart.yaml").exists()]
    for flag, text in zip(arguments, arguments[1:]):
        if flag not in ("--set", "--set-string", "--set-json", "--set-file") or not charts:
            continue
        schema = json.loads((root / charts[0] / "values.schema.json").read_text())
        for each in text.split(",") if flag != "--set-json" else [text]:
            path = [part.replace("\\.", ".") for part in re.split(r"(?<!\\)\.", re.sub(r"\[\d+\]", "", each.partition("=")[0]))]
            if "=" in each and not has_value(schema, path):
                yield f"{charts[0]} has no value {'.'.join(path)}"


def of_cmake(root, arguments):
    presets = (root / "CMakePresets.json").read_text()
    lists = "".join(each.read_text() for each in [root / "CMakeLists.txt", *root.glob("*/CMakeLists.txt")])
    for flag, name in zip(arguments, arguments[1:]):
        if flag == "--preset" and f'"{name}"' not in presets:
            yield f"there is no preset {name}"
    if "--target" in arguments:
        for name in arguments[arguments.index("--target") + 1 :]:
            if not re.search(rf"\b{re.escape(name)}\b", lists):
                yield f"there is no target {name}"


def of_paths(root, arguments):
    for each in arguments:
        if links.PATH.match(each) and not links.PLACEHOLDER.search(each) and not links.is_there(root, each):
            yield f"there is no {each}"


def problems(root, loadline, command):
    for each in simple_commands(command):
        program, arguments = each[0], each[1:]
        yield from of_paths(root, each)
        if program.rpartition("/")[2] == "loadline":
            yield from of_loadline(str(loadline), list(arguments))
        elif program == "kubectl" and arguments[:1] == ["loadline"]:
            # Options of all commands may stand before the command.
            words_before = [at for at, word in enumerate(arguments) if re.search(rf"^  {re.escape(word)} ", help_of(str(loadline)), re.M)]
            at = words_before[0] if words_before else 1
            yield from of_loadline(str(loadline), arguments[at:] + arguments[1:at])
        elif program == "kubectl":
            yield from of_kubectl(arguments)
        elif program == "helm":
            yield from of_helm(root, arguments)
        elif program == "cmake":
            yield from of_cmake(root, arguments)
