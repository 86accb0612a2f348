"""What a markdown page has: blocks of code, links, headings, and what stands in `code` within the text."""

import dataclasses
import functools
import re
import subprocess

FENCE = re.compile(r"^( *)```(\w*)$")
ITEM = re.compile(r"^( *)([-*]|\d+\.) +")
NAMED = re.compile(r"`([\w./-]+\.[a-z]+)`:$")


@dataclasses.dataclass
class Block:
    line: int
    kind: str  # of a fence the word behind it, "" where there is none; "indented"
    text: str
    file: str = ""  # the page says that this is what stands in that file: `NAME`: directly before the block


@dataclasses.dataclass
class Page:
    blocks: list
    prose: list  # (line, text) of what is no block


def read(text):
    blocks, prose = [], []
    block, margin, in_item, before, fence = None, 0, 0, "", None
    blank = True
    for number, line in enumerate(text.split("\n"), 1):
        fenced = FENCE.match(line)
        if fence is not None:
            if fenced and len(fenced[1]) == len(fence):
                fence = None
                before = ""
            else:
                block.text += line[len(fence) :] + "\n"
            continue
        if fenced:
            fence = fenced[1]
            named = NAMED.search(before)
            block = Block(number, fenced[2], "", named[1] if named else "")
            blocks.append(block)
            continue
        indent = len(line) - len(line.lstrip())
        if not line.strip():
            if block is not None and block.kind == "indented":
                block.text += "\n"
            blank = True
            continue
        if indent >= in_item + 4 and (blank or (block is not None and block.kind == "indented" and not before)):
            if block is None or block.kind != "indented" or before:
                block = Block(number, "indented", "")
                blocks.append(block)
            block.text += line[in_item + 4 :] + "\n"
            before, blank = "", False
            continue
        if ITEM.match(line) and indent < in_item + 4:
            in_item = len(ITEM.match(line)[0])
        elif indent == 0:
            in_item = 0
        if block is not None and block.kind == "indented":
            block = None
        before, blank = line.strip(), False
        prose.append((number, line))
    return Page(blocks, prose)


@functools.lru_cache(None)
def is_complete(command):
    """Whether bash would take this for a whole command, or wait for more lines."""
    if command.rstrip("\n").endswith("\\"):
        return False
    if not re.search(r"""['"`({<]|\b(for|while|until|if|case|select)\b""", command):
        return True  # nothing that could be open: bash need not be asked
    said = subprocess.run(["bash", "-n"], input=command, capture_output=True, text=True)
    return said.returncode == 0 and not said.stderr


def commands(block):
    """(line, command, what it shall print or None) of a block of commands."""
    if block.kind == "console":
        line = block.line
        for each in re.split(r"^\$ ", block.text, flags=re.M):
            if each:
                command, _, output = each.partition("\n")
                while not is_complete(command):
                    more, _, output = output.partition("\n")
                    command += "\n" + more
                yield line + 1, command, output
            line += each.count("\n")
        return
    if block.kind not in ("indented", "sh", "bash"):
        return
    command, first = "", 0
    for number, line in enumerate(block.text.split("\n"), block.line + (block.kind != "indented")):
        if not command and (not line.strip() or line.lstrip().startswith("#")):
            continue
        first = first if command else number
        command += line + "\n"
        if is_complete(command):
            yield first, command.rstrip("\n"), None
            command = ""
    if command:
        yield first, command.rstrip("\n"), None


def slug(heading):
    """The anchor that GitHub gives to a heading."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading.strip()).replace("`", "").replace("*", "")
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def anchors(page):
    found = {}
    for _, line in page.prose:
        heading = re.match(r"^#+ +(.*)$", line)
        if heading:
            name = slug(heading[1])
            found[name] = found.get(name, -1) + 1
    return {name if count == 0 else f"{name}-{count}" for name, most in found.items() for count in range(most + 1)}


def prose_text(page):
    """The text with its line breaks, so that what goes over two lines is found."""
    return "\n".join(line for _, line in page.prose)
