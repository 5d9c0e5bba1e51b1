#!/usr/bin/env python3
"""Input that nobody means: flowc answers it with an error, in 10 s and 2 GiB, and never crashes.

hostile.py FLOWC [--all] [NAME...] makes each input in a temporary directory, gives it to `flowc check` and to one other
command in turn (--all: to every one), and prints one line for each failure. Exit 1 when there is one. A name runs the
cases whose names contain it. The limit is of processor time, because machines are shared.
"""

import os
import pathlib
import random
import re
import resource
import subprocess
import sys
import tempfile

SECONDS_MAX = 10  # of processor time
WALL_SECONDS_MAX = 600  # it waits for something
BYTES_MAX = 2 << 30
OUTPUT_MAX = 32 << 20

# What is run on each input: arguments around the file. Add a command here and it is tested with all inputs.
COMMANDS = {
    "check": ["check", "{file}"],
    "check json": ["check", "--format=json", "{file}"],
    "build": ["build", "--out", "{out}", "{file}"],
    "dump": ["dump", "{file}"],
    "graph": ["graph", "{file}"],
}

DEEP = 100_000
MODULE = "module hostile\n"
KEY = "public event E { key id: uuid }\n"
ROOT = "../" * 32  # imports are relative


def in_event(type_text):
    return MODULE + "public event E {\n  key id: uuid\n  deep: " + type_text + "\n}\n"


def wide_utf8():
    """Every kind of broken UTF-8, among good text."""
    bad = [b"\x80", b"\xbf", b"\xc0\xaf", b"\xc1\x81", b"\xc3", b"\xe0\x80\xaf", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xef\xbf",
           b"\xf0\x80\x80\xaf", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xfe", b"\xff"]
    return (MODULE + KEY).encode() + b"".join(b"// a " + b + b" comment\nrecord R" + b + b" { name: string }\n" for b in bad)


def noise(seed, bytes_count):
    return random.Random(seed).randbytes(bytes_count)


def words(seed, count):
    """Words and signs of the language in any order."""
    grammar = (pathlib.Path(__file__).parents[2] / "grammar/FlowLexer.g4").read_text()
    every = re.findall(r"'([^'\\\n]+)'", grammar) + ["name", "Name", "1", "2s", '"text"', "\n", "\n"]
    pick = random.Random(seed)
    return MODULE + " ".join(pick.choice(every) for _ in range(count))


def nested(what, before, opening, closing, after, depth=DEEP):
    """The construct closed, left open, and closed with nothing opened."""
    return {f"{what}, closed": before + opening * depth + closing * depth + after,
            f"{what}, left open": before + opening * depth,
            f"{what}, only closed": before + closing * depth + after}


def cases():
    """Name -> (input, the code that must be among the errors). Inputs are text, bytes, or a function of the directory."""
    found = {}

    def add(name, content, *codes):
        found[name] = (content, codes)

    add("5 MB of {", "{" * 5_000_000, "FL0109")
    add("5 MB of }", "}" * 5_000_000, "FL0120")
    add("5 MB of (", "(" * 5_000_000, "FL0109")
    add("5 MB of [", "[" * 5_000_000, "FL0109")
    add("5 MB of \"", '"' * 5_000_000)
    add("2 MB of strings without spaces on a line", MODULE + '"a"b' * 500_000 + '\n' + '"' + '"a"b' * 500_000 + '\n', "FL0106")
    add("5 MB of @", "@" * 2_500_000)
    add("5 MB of commas", MODULE + "record R {" + "," * 2_500_000)
    add("5 MB of newlines", "\n" * 5_000_000, "FL0116")
    add("5 MB of ;", ";" * 5_000_000)
    add("5 MB of /*", "/*" * 2_500_000, "FL0113")
    add("5 MB of é", "é" * 2_500_000)
    add("5 MB of unopened quotes", "’" * 1_600_000)

    for name, text in {
        **nested("declarations in declarations", MODULE, "record R {\n", "}\n", ""),
        **nested("list types", MODULE + "public event E { key id: uuid  deep: ", "[", "]", " }\n"),
        **nested("map types", MODULE + "public event E { key id: uuid  deep: ", "{string: ", "}", " }\n"),
        **nested("default lists", MODULE + "public event E { key id: uuid  deep: [int32] = ", "[", "]", " }\n"),
        **nested("default maps", MODULE + "public event E { key id: uuid  deep: {string: int32} = ", '{"a": ', "}", " }\n"),
        **nested("parentheses of a handler", MODULE + KEY + "handlers H { on_it", "(", ")", " }\n"),
        **nested("parentheses of a store", MODULE + KEY + "deploy dev { store sqlite", "(", ")", " }\n"),
        **nested("blocks of a deployment", MODULE + KEY + "deploy dev ", "{ service s ", "}", "\n"),
        **nested("blocks of a saga", MODULE + KEY + "saga S ", "{ state a ", "}", "\n"),
        **nested("blocks of steps", MODULE + KEY + "steps S ", "{ a(E) ", "}", "\n"),
        **nested("brackets of a scenario", MODULE + KEY + 'scenario "s" { given E ', "[{ a: ", "}]", " }\n"),
        **nested("mapping of a translation", MODULE + KEY + "translate a.B -> b.C ", "{ x = ", "}", "\n"),
    }.items():
        add(name, text)
    add("a type of 100,000 ?", in_event("int32" + "?" * DEEP))
    add("a type of 100,000 ? in lists", in_event("[" * 200 + "int32" + "?" * DEEP + "]" * 200))
    path = "a" + ".a" * DEEP
    add("a module of 100,000 parts", f"module {path}\n" + KEY, "FL0112")
    add("a type of 100,000 parts", in_event(path), "FL0112")
    add("a handler of 100,000 parts", MODULE + f"handlers H {{ on_it({path}) via {path} sends {path} }}\n", "FL0112")
    add("a component of 100,000 parts", MODULE + KEY + f"service s {{ {path} }}\n", "FL0112")
    add("a mapping of 100,000 parts", MODULE + f"forward {path} to {path}\n")
    add("100,000 dots", MODULE + KEY + "service s { a" + "." * DEEP + " }\n")
    add("100,000 minuses", MODULE + "record R { a: int32 = " + "-" * DEEP + "1 }\n")
    add("100,000 attributes", MODULE + "record R { a: int32 " + "@personal " * DEEP + "}\n")
    add("100,000 clauses", MODULE + KEY + "handlers H { on_it(E) " + "via c " * DEEP + "}\n")
    add("100,000 retries", MODULE + "channel c { " + "retry now 2\n" * DEEP + "}\n")
    add("100,000 modules", MODULE * DEEP, "FL0117")
    add("100,000 public", "public " * DEEP)
    slip = MODULE + KEY + "command C { key id: uuid }\norchestrator O(C) { "
    add("100,000 steps to choose among", slip + "choose among " + "a, " * DEEP + "a }\n")
    add("100,000 choices of names that are keywords", slip + "choose among " + "on, " * DEEP + "a }\n")
    add("100,000 messages at a deadline", slip + "a  within 3h else sends " + "C, " * DEEP + "C }\n")
    add("100,000 emissions at a deadline", slip + "a  within 3h else " + "sends C, C " * DEEP + "}\n")
    saga = MODULE + KEY + "command C { key id: uuid }\nsaga S { key id: uuid  start on E -> a "
    add("100,000 messages of a transition", saga + "sends " + "C { id }, " * DEEP + "C  final a }\n")
    add("100,000 targets of a transition", saga + "| a " * DEEP + "final a }\n")
    add("100,000 ends of a saga", saga + "final " + "a, " * DEEP + "a }\n")
    add("100,000 imports of nothing", MODULE + 'import "x.flow"\n' * DEEP)

    long = 10_000_000
    add("a name of 10 MB", MODULE + "record " + "R" * long + " { name: string }\n", "FL0112")
    add("a number of 10 MB", MODULE + "record R { a: int32 = " + "1" * long + " }\n", "FL0112")
    add("a decimal of 10 MB", MODULE + "record R { a: decimal = 1." + "1" * long + " }\n", "FL0112")
    add("a string of 10 MB", MODULE + 'record R { a: string = "' + "s" * long + '" }\n', "FL0112")
    add("a string of 10 MB, left open", MODULE + 'record R { a: string = "' + "s" * long + "\n}\n", "FL0112")
    add("a string of 10 MB of escapes", MODULE + 'record R { a: string = "' + "\\u0041" * (long // 6) + '" }\n', "FL0112")
    add("a comment of 10 MB", MODULE + "// " + "c" * long + "\nrecord R {\n", "FL0103")
    add("a documentation of 10 MB", MODULE + "/// " + "d" * long + "\nrecord R {\n", "FL0103")
    add("a documentation of a million lines", MODULE + "/// d\n" * 1_000_000 + "record R {\n", "FL0103")
    add("a block comment of 10 MB", MODULE + "/* " + "d" * long + "\nrecord R {\n", "FL0113")
    add("a line of 10 MB", MODULE + "record R { " + "a: int32 " * 1_000_000 + "}\n")
    add("a foreign name of 10 MB", MODULE + "record " + "é" * (long // 2) + " { name: string }\n")

    add("NUL", MODULE + "record R\0 { name: string }\n", "FL0006")
    add("5 MB of NUL", b"\0" * 5_000_000, "FL0006")
    add("broken UTF-8", wide_utf8(), "FL0005")
    add("5 MB of broken UTF-8", b"\xff" * 5_000_000)
    add("UTF-16, little end first", (MODULE + KEY).encode("utf-16-le").join([b"\xff\xfe", b""]), "FL0009")
    add("UTF-16, big end first", (MODULE + KEY).encode("utf-16-be").join([b"\xfe\xff", b""]), "FL0009")
    add("UTF-16 without a mark", (MODULE + KEY).encode("utf-16-le"), "FL0006")
    add("UTF-32", (MODULE + KEY).encode("utf-32"))
    add("overrides of the reading direction", MODULE + "record R { /* \u202e } \u2066 */ a: string } // \u200f\n", "FL0008")
    add("an override in a string", MODULE + 'record R { a: string = "\u202eabc" }\n', "FL0008")
    add("a carriage return alone", MODULE + "record R {\r  a: string\r}\n", "FL0007")
    add("5 MB of carriage returns", "\r" * 5_000_000, "FL0007")
    add("only a byte order mark", "\ufeff", "FL0116")
    add("nothing", "", "FL0116")

    errors = 50_000
    add("50,000 types that are not declared", MODULE + "public event E { key id: uuid\n"
        + "".join(f"  field_{i}: Missing{i}\n" for i in range(errors)) + "}\n", "FL0201")
    add("50,000 typing errors of 50,000 names", MODULE + "".join(f"record Record{i} {{ a: Recrod{i} }}\n" for i in range(errors)),
        "FL0201")
    add("50,000 handlers of what is not declared", MODULE + "handlers H {\n"
        + "".join(f"  handler_{i}(Missing{i}) via missing_{i} sends Missing{i} then missing_{i}\n" for i in range(errors)) + "}\n",
        "FL0201")
    add("50,000 syntax errors", MODULE + "".join(f"record R{i} {{ a b c }}\n" for i in range(errors)))
    add("50,000 open records", MODULE + "".join(f"record R{i} {{ a: string\n" for i in range(errors)), "FL0109")
    add("50,000 wrong words", MODULE + "".join(f"recrd R{i} {{ a: string }}\n" for i in range(errors)))
    add("50,000 of one name", MODULE + "record R { a: string }\n" * errors)
    add("50,000 fields of one name", MODULE + "record R {\n" + "  a: string\n" * errors + "}\n")
    add("50,000 values of one name", MODULE + "enum N {\n" + "  a\n" * errors + "}\n")
    add("50,000 handlers of a command", MODULE + "command C { key id: uuid }\nhandlers H {\n"
        + "".join(f"  handler_{i}(C)\n" for i in range(errors)) + "}\nservice s { H }\n", "FL0402")
    add("20,000 results that go nowhere", MODULE + "public event E { key id: uuid }\nrecord R { id: uuid }\nhandlers H {\n"
        + "".join(f"  on_{i}(E) -> R\n  with_{i}(R)\n" for i in range(20_000)) + "}\nservice s { H }\n")
    add("30,000 defaults that are no value", MODULE + "enum N {\n" + "".join(f"  value_{i}\n" for i in range(30_000))
        + "}\nrecord R {\n" + "".join(f"  field_{i}: N = valeu_{i}\n" for i in range(30_000)) + "}\n")
    add("100,000 diagnostics", MODULE + "".join(f"record r{i} {{ A: Missing  A: [Missing] }}\n" for i in range(errors)))
    add("100,000 warnings and an error", MODULE + "".join(f"record r{i} {{ A: string }}\n" for i in range(100_000))
        + "record R { a: Missing }\n", "FL0201")
    add("cycles of 3,000 handlers", MODULE + "".join(f"command C{i} {{ key id: uuid }}\n" for i in range(3_000)) + "handlers H {\n"
        + "".join(f"  h{i}(C{i}) sends " + ", ".join(f"C{(i * 7 + j) % 3_000}" for j in range(1, 20)) + "\n" for i in range(3_000))
        + "}\nservice s { H }\n")
    add("a cycle of 20,000 records", MODULE + "".join(f"record R{i} {{ next: R{(i + 1) % 20_000} }}\n" for i in range(20_000)))
    add("a cycle of 20,000 `then`", MODULE + "record R { id: uuid }\npublic event E { key id: uuid }\nhandlers H {\n  b(E) -> R then h0\n"
        + "".join(f"  h{i}(R) -> R then h{(i + 1) % 20_000}\n" for i in range(20_000)) + "}\nservice s { H }\n")
    add("2,000,001 words and signs", MODULE + "record R {" + "a " * 2_000_001 + "}\n", "FL0120")
    add("a record of 660,000 fields of one name", MODULE + "record R {\n" + "a: int32\n" * 660_000 + "}\n", "FL0206")
    add("an enum of 1,900,000 values of one name", MODULE + "enum N {\n" + "a\n" * 1_900_000 + "}\n", "FL0202")
    for seed in range(3):
        add(f"noise {seed}", noise(seed, 1_000_000))
        add(f"words {seed}", words(seed, 200_000))

    add("a file of 100 MB", lambda at: sparse(at, 100 << 20), "FL0004")
    add("an import of itself", MODULE + 'import "main.flow"\n', "FL0204")
    add("an import of a directory", MODULE + f'import "sub"\nimport "."\nimport ".."\nimport "{ROOT}"\n', "FL0002")
    add("an import of devices", MODULE + "".join(f'import "{ROOT}dev/{name}"\n' for name in ("zero", "null", "stdin", "tty", "random")),
        "FL0002")
    add("an import of an absolute path", MODULE + 'import "/dev/zero"\n', "FL0011")
    add("an import of /proc/self/mem", MODULE + f'import "{ROOT}proc/self/mem"\n')
    add("an import of what never ends", MODULE + f'import "{ROOT}proc/kmsg"\nimport "{ROOT}sys/kernel/debug/tracing/trace_pipe"\n')
    add("an import of a pipe", lambda at: (os.mkfifo(at / "pipe"), MODULE + 'import "pipe"\n')[1], "FL0002")
    add("an import of nothing", MODULE + 'import ""\nimport "missing.flow"\n', "FL0001")
    add("an import of a name of 60 KB", MODULE + 'import "' + "x" * 60_000 + '"\n')
    add("an import of a NUL", MODULE + 'import "a\\u0000b.flow"\n')
    add("an import of a dangling link", lambda at: (os.symlink("gone", at / "link"), MODULE + 'import "link"\n')[1], "FL0001")
    add("an import of a loop of links", lambda at: (os.symlink("b", at / "a"), os.symlink("a", at / "b"),
                                                    MODULE + 'import "a"\n')[2], "FL0003")
    add("an import of an unreadable file", unreadable, "FL0003")
    add("imports of 100 MB in all", lambda at: heaps(at, 7, 15 << 20))
    add("imports in a circle of 200", lambda at: circle(at, 200), "FL0204")
    add("imports 300 deep", lambda at: chain(at, 300))
    add("a main file that is a directory", lambda at: at / "sub", "FL0002")
    add("a main file that is a device", lambda at: pathlib.Path("/dev/zero"), "FL0002")
    add("a main file that is missing", lambda at: at / "missing.flow", "FL0001")
    return found


def sparse(at, size):
    path = at / "main.flow"
    with open(path, "wb") as file:
        file.truncate(size)
    return path


def unreadable(at):
    path = at / "secret.flow"
    path.write_text(MODULE)
    path.chmod(0)
    if os.access(path, os.R_OK):
        raise Skipped("this user can read every file")
    return MODULE + 'import "secret.flow"\n'


def heaps(at, count, size):
    for i in range(count):
        (at / f"h{i}.flow").write_text(f"module h{i}\n" + "//" + "c" * size + "\n")
    return MODULE + "".join(f'import "h{i}.flow"\n' for i in range(count))


def circle(at, count):
    for i in range(count):
        (at / f"c{i}.flow").write_text(f'module c{i}\nimport "c{(i + 1) % count}.flow"\n')
    return MODULE + 'import "c0.flow"\n'


def chain(at, count):
    for i in range(count):
        (at / f"c{i}.flow").write_text(f"module c{i}\n" + (f'import "c{i + 1}.flow"\n' if i + 1 < count else ""))
    return MODULE + 'import "c0.flow"\n'


class Skipped(Exception):
    pass


def limits():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX + 1))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES_MAX, BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def prepared(content, directory):
    """The main file of a case."""
    (directory / "sub").mkdir()
    if callable(content):
        content = content(directory)
    if isinstance(content, pathlib.Path):
        return content
    path = directory / "main.flow"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def run(flowc, arguments, file, codes, directory):
    """What is wrong with flowc's answer, or nothing."""
    filled = [flowc] + [a.format(file=file, out=directory / "out") for a in arguments]
    with open(directory / "said", "w+b") as said:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            done = subprocess.run(filled, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
                                  timeout=WALL_SECONDS_MAX, preexec_fn=limits)
        except subprocess.TimeoutExpired:
            return f"still there after {WALL_SECONDS_MAX} s"
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        size = said.tell()
        said.seek(0)
        text = said.read(OUTPUT_MAX).decode(errors="replace")
    if done.returncode != 1:
        return f"exit code {done.returncode}: {text[-200:]!r}"
    if "bug in flowc" in text:
        return "a bug in flowc"
    if size > OUTPUT_MAX:
        return f"{size} bytes of output"
    shown = set(re.findall(r"FL\d{4}", text))
    if not shown:
        return f"no error: {text[:200]!r}"
    if (directory / "out").exists():
        return "wrote output all the same"
    missing = [code for code in codes if code not in shown]
    if missing:
        return f"{', '.join(sorted(shown))} and no {', '.join(missing)}"
    if seconds > SECONDS_MAX / 2:
        print(f"slow: {arguments[0]} {file}: {seconds:.1f} s")
    return None


def main():
    flowc, chosen = sys.argv[1], sys.argv[2:]
    every = "--all" in chosen
    chosen = [part for part in chosen if part != "--all"]
    failures = ran = 0
    others = [command for command in COMMANDS if command != "check"]
    for number, (name, (content, codes)) in enumerate(cases().items()):
        if chosen and not any(part in name for part in chosen):
            continue
        with tempfile.TemporaryDirectory() as made:
            directory = pathlib.Path(made)
            try:
                file = prepared(content, directory)
            except Skipped as why:
                print(f"skipped: {name}: {why}")
                continue
            for command in COMMANDS if every else ("check", others[number % len(others)]):
                ran += 1
                wrong = run(flowc, COMMANDS[command], file, codes, directory)
                if wrong:
                    failures += 1
                    print(f"FAILED: {name} ({command}): {wrong}", flush=True)
    print(f"{ran} runs, {failures} failures")
    return 1 if failures or not ran else 0


if __name__ == "__main__":
    sys.exit(main())
