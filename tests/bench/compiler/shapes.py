"""Large programs of many shapes, for the bench and the tests of flowc's speed: valid .flow files and their .proto twins.

shapes.py NAME N DIR writes the program NAME of size N into DIR and prints the path of its main file.
"""

import pathlib
import sys

from topologies import TOPOLOGIES

# One message of the bench: what a contract of a shop looks like, in both languages.
FIELDS = """  key order_id: uuid
  customer: string
  quantity: int32 = 1
  total: int64
  express: bool = false
  tags: [string]
  labels: {string: string}
  note: string?
"""
PROTO_FIELDS = """  string order_id = 1;
  string customer = 2;
  int32 quantity = 3;
  int64 total = 4;
  bool express = 5;
  repeated string tags = 6;
  map<string, string> labels = 7;
  optional string note = 8;
"""


def messages(n):
    return "module giant\n" + "".join(f"public event M{i} {{\n{FIELDS}}}\n" for i in range(n))


def small_messages(n):
    return "module giant\n" + "".join(f"public event M{i} {{ key id: uuid  at: timestamp }}\n" for i in range(n))


def handlers(n):
    """Messages, and half as many handlers of them, in components of ten and one service."""
    text = messages(n)
    for component in range(n // 20):
        text += f"handlers C{component} {{\n"
        text += "".join(f"  h{i}(M{component * 20 + i})\n" for i in range(10))
        text += "}\n"
    return text + "service giant { " + " ".join(f"C{i}" for i in range(n // 20)) + " }\n"


def subscribers(n):
    text = "module giant\npublic event Paid { key id: uuid }\nhandlers Many {\n"
    return text + "".join(f"  on_paid_{i}(Paid)\n" for i in range(n)) + "}\nservice giant { Many }\n"


def services(n):
    text = "module giant\npublic event Paid { key id: uuid }\n"
    for i in range(n):
        text += f"channel work_{i} {{ concurrency 2 }}\nhandlers C{i} {{ on_paid(Paid) via work_{i} }}\n"
        text += f"service s_{i} {{ C{i} }}\n"
    return text


def enum(n):
    text = "module giant\nenum Big {\n" + "".join(f"  value_{i}\n" for i in range(n)) + "}\n"
    return text + f"public event Paid {{ key id: uuid  big: Big = value_{n - 1} }}\n"


def fields(n):
    text = "module giant\nrecord Wide {\n" + "".join(f"  field_{i}: string?\n" for i in range(n)) + "}\n"
    return text + "public event Paid { key id: uuid  wide: Wide }\n"


def defaults(n):
    """As many defaults as values of the enum that they are of."""
    text = "module giant\nenum Big {\n" + "".join(f"  value_{i}\n" for i in range(n)) + "}\nrecord Wide {\n"
    text += "".join(f"  field_{i}: Big = value_{i}\n" for i in range(n)) + "}\n"
    return text + "public event Paid { key id: uuid  wide: Wide }\n"


# A payload has at most 64 levels: what lies deeper in a chain is reached from nearby as well.
NEARBY = 30


def nested(n):
    """A record in a record in a record."""
    return chained(n, "R{}")


def lists(n):
    """As `nested`, through lists, each record declared before what it holds."""
    return chained(n, "[R{}]")


def chained(n, type_of_next):
    text = "module giant\n"
    text += "".join(f"record R{i} {{ inner: {type_of_next.format(i + 1)} }}\n" for i in range(n))
    text += f"record R{n} {{ name: string }}\npublic event Paid {{\n  key id: uuid\n"
    return text + "".join(f"  r{i}: R{i}\n" for i in range(0, n, NEARBY)) + "}\n"


def then(n):
    text = "module giant\ncommand Begin { key id: uuid }\nrecord Part { id: uuid }\nhandlers Chain {\n"
    text += "  h0(Begin) -> Part then h1\n"
    text += "".join(f"  h{i}(Part) -> Part then h{i + 1}\n" for i in range(1, n))
    return text + f"  h{n}(Part)\n}}\nservice giant {{ Chain }}\n"


def calls(n):
    """A graph of units of work: each command's handler sends the next twenty commands; no cycle."""
    text = "module giant\n" + "".join(f"command M{i} {{ key id: uuid }}\n" for i in range(n))
    text += "handlers Calls {\n"
    for i in range(n):
        sent = ", ".join(f"M{j}" for j in range(i + 1, min(n, i + 21)))
        text += f"  h{i}(M{i})" + (f" sends {sent}" if sent else "") + "\n"
    return text + "}\nservice giant { Calls }\n"


def chain(n):
    """Files, each importing the next."""
    files = {}
    for i in range(n):
        text = f"module m{i}\n" + (f'import "f{i + 1}.flow"\n' if i + 1 < n else "")
        text += "public record Part { " + (f"next: m{i + 1}.Part " if i + 1 < n else "id: uuid ") + "}\n"
        if i % NEARBY == 0:
            text += "public event Paid { key id: uuid  part: Part }\n"
        files[f"f{i}.flow"] = text
    return files, "f0.flow"


def lattice(n):
    """`n` layers of 25 files, each importing all of the next layer: 25 to the power of n ways, n * 25 files."""
    files = {}
    width = 25
    for layer in range(n):
        for i in range(width):
            text = f"module m{layer}_{i}\n"
            below = range(width) if layer + 1 < n else []
            text += "".join(f'import "f{layer + 1}_{j}.flow"\n' for j in below)
            text += "public record Part {\n"
            text += "".join(f"  p{j}: m{layer + 1}_{j}.Part\n" for j in below) if below else "  id: uuid\n"
            files[f"f{layer}_{i}.flow"] = text + "}\n"
    text = "module top\n" + "".join(f'import "f0_{i}.flow"\n' for i in range(width))
    text += "public event Paid { key id: uuid" + "".join(f"  p{i}: m0_{i}.Part" for i in range(width)) + " }\n"
    files["top.flow"] = text
    return files, "top.flow"


def proto(n):
    """The twin of `messages`."""
    text = 'syntax = "proto3";\npackage giant;\n'
    return {"main.proto": text + "".join(f"message M{i} {{\n{PROTO_FIELDS}}}\n" for i in range(n))}, "main.proto"


SHAPES = {f.__name__: f for f in (messages, small_messages, handlers, subscribers, services, enum, fields, defaults,
                                  nested, lists, then, calls, chain, lattice, proto)} | TOPOLOGIES


def write(name, n, directory):
    """Writes a shape and gives the path of its main file."""
    made = SHAPES[name](n)
    files, main = made if isinstance(made, tuple) else ({"main.flow": made}, "main.flow")
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        (directory / path).write_text(text)
    return directory / main


if __name__ == "__main__":
    print(write(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
