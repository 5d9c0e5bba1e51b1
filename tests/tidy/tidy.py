#!/usr/bin/env python3
"""The tree's own rules, as a test: layers, sizes, banned calls, dead headers, leftovers, one title per page.

Usage: tidy.py ROOT. Prints one line per finding; exit 1 when there is one.
"""
import pathlib
import re
import subprocess
import sys

TOP = {"CMakeLists.txt", "CMakePresets.json", "grammar", "compiler", "runtime", "templates", "samples",
       "tests", "README.md"}
LINES_MAX = 600
HEADER_LINES_MAX = 300
COLUMN_MAX = 100
BANNED = [
    (r"\b(sprintf|strcpy|strcat|gets|atoi|atol|strtok)\s*\(", "use fmt, std::string or std::from_chars"),
    (r"\b(rand|srand)\s*\(", "use flow::Random: seeds are passed in"),
    (r"\bsystem\s*\(", "spawn with explicit arguments"),
    (r"\bstd::regex\b", "std::regex overflows the stack on long input"),
    (r"using namespace (?!std::(chrono_)?literals|std::chrono_literals|std::string_view_literals)", "qualify names"),
    (r"\bstd::cout\b|\bstd::cerr\b", "write through the stream that was passed in"),
]
CALLS_OK = {  # where a banned call is the point
    ("compiler/main.cc", r"std::cerr"),
}
LEFTOVERS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
MACHINE_PATHS = re.compile(r"(^|[^A-Za-z0-9_.])/(work|farm|root|home/[a-z]+)/")
ENGINE_BANNED = re.compile(
    r"#include <(thread|mutex|condition_variable|random|fstream|sys/socket\.h|unistd\.h)>|system_clock::now|steady_clock::now")


def tracked(root):
    names = subprocess.run(["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard"],
                           capture_output=True, text=True, check=True).stdout.split("\n")
    return [root / n for n in names if n and (root / n).is_file()]


def modules(root, listing):
    """Reads flow_module() calls: directory -> the directories it may include from."""
    calls, found = [], {}
    for path in listing:
        if path.name != "CMakeLists.txt" or path.relative_to(root).parts[0] not in ("compiler", "runtime"):
            continue
        text = re.sub(r"#.*", "", path.read_text())
        for target, body in re.findall(r"flow_module\((\w+)([^)]*)\)", text):
            words = body.split()
            directory = words[words.index("DIRECTORY") + 1]
            directory = directory.replace("${root}", str(path.parent)).replace("${CMAKE_CURRENT_SOURCE_DIR}", str(path.parent))
            depends = []
            if "DEPENDS" in words:
                for word in words[words.index("DEPENDS") + 1:]:
                    if word in ("LIBRARIES", "INCLUDE", "DIRECTORY"):
                        break
                    depends.append(word)
            calls.append((target, pathlib.Path(directory).resolve().relative_to(root.resolve()).as_posix(), depends))
    for target, directory, depends in calls:
        found[target] = (directory, depends)
    return found


def closure(found, target):
    seen, todo = set(), [target]
    while todo:
        name = todo.pop()
        if name in found and name not in seen:
            seen.add(name)
            todo += found[name][1]
    return {found[name][0] for name in seen}


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    listing = tracked(root)
    problems = []

    def complain(path, line, text):
        problems.append(f"{path.relative_to(root)}:{line}: {text}")

    found = modules(root, listing)
    allowed = {directory: closure(found, target) for target, (directory, _) in found.items()}
    included = set()

    for path in listing:
        name = path.relative_to(root)
        top = name.parts[0]
        if top not in TOP and not top.startswith("."):
            complain(path, 1, "outside the agreed top level")
        if path.suffix not in (".cc", ".h", ".md", ".py", ".cmake", ".txt", ".sh", ".flow", ".g4", ".mustache", ""):
            continue
        generated = "golden" in name.parts and "out" in name.parts
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue  # a test's bad bytes
        lines = text.split("\n")
        if path.suffix in (".cc", ".h") and not generated:
            limit = HEADER_LINES_MAX if path.suffix == ".h" and top != "tests" else LINES_MAX
            if len(lines) > limit:
                complain(path, len(lines), f"{len(lines)} lines, at most {limit}")
        if path.suffix == ".md":
            fenced, titles = False, 0
            for line in lines:
                fenced ^= line.startswith("```")
                titles += not fenced and line.startswith("# ")
            if titles != 1:
                complain(path, 1, f"{titles} titles, wants exactly one")
        for number, line in enumerate(lines, 1):
            if path.name != "tidy.py":
                if LEFTOVERS.search(line) and not generated:
                    complain(path, number, "a leftover note: do it, or file it")
                if MACHINE_PATHS.search(line):
                    complain(path, number, "a machine's path")
            if path.suffix not in (".cc", ".h"):
                continue
            for match in re.finditer(r'#include "([^"]+)"', line):
                included.add(match.group(1))
            if generated:
                continue
            if len(line) > COLUMN_MAX and "http" not in line and 'R"' not in line and "// expect" not in line:
                complain(path, number, f"{len(line)} columns, at most {COLUMN_MAX}")
            if top in ("compiler", "runtime"):
                for pattern, advice in BANNED:
                    if re.search(pattern, line) and not line.lstrip().startswith("//") and not any(
                            str(name) == where and re.search(what, line) for where, what in CALLS_OK):
                        complain(path, number, f"banned: {line.strip()} ({advice})")
            if name.as_posix().startswith("runtime/engine/") and ENGINE_BANNED.search(line):
                complain(path, number, "the engine has no thread, clock, random source or I/O of its own")
        if path.suffix in (".cc", ".h") and top in ("compiler", "runtime"):
            home = max((d for d in allowed if name.as_posix().startswith(d + "/")), key=len, default=None)
            if home is None:
                continue
            for number, line in enumerate(lines, 1):
                match = re.match(r'#include "([^"]+)"', line)
                if not match:
                    continue
                target = f"{top}/{match.group(1)}"
                if not (root / target).exists():
                    continue  # a public or generated header
                owner = max((d for d in allowed if target.startswith(d + "/")), key=len, default=None)
                if owner and owner not in allowed[home]:
                    complain(path, number, f"{home} may not include {owner}")

    for path in listing:
        name = path.relative_to(root)
        if path.suffix == ".h" and name.parts[0] in ("compiler", "runtime") and name.parts[1] != "include":
            if not any(name.as_posix().endswith("/" + i) for i in included):
                complain(path, 1, "no file includes this header")

    for problem in problems:
        print(problem)
    print(f"{len(listing)} files, {len(problems)} findings")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
