#!/usr/bin/env python3
"""Good programs through every command, each made to read what the other wrote: the lock of a program is read again and says
that nothing changed, all that has a name is drawn and explained, and what is JSON is read as JSON.

every_command.py FLOWC PROGRAM... runs each program, a main file, in a copy of its directory. A line `//--- PATH` in it begins
another file, as in the tests of the diagnostics. Exit 1 when one fails.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

DECLARED = ("handlers", "steps", "orchestrator", "saga")
FORMATS = ("dot", "mermaid", "json")


class Place:
    """A copy of a program's directory, and what went wrong there."""

    def __init__(self, flowc, program, directory):
        self.flowc = flowc
        self.directory = directory / "program"
        shutil.copytree(program.parent, self.directory)
        self.main = program.name
        self.failures = []
        text, *others = program.read_text().split("\n//--- ")
        (self.directory / self.main).write_text(text + "\n")
        for other in others:
            path, _, text = other.partition("\n")
            (self.directory / path).parent.mkdir(parents=True, exist_ok=True)
            (self.directory / path).write_text(text)

    def run(self, *arguments):
        """The standard output of a command that must do its work."""
        done = subprocess.run([self.flowc, *arguments], cwd=self.directory, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            self.failures.append(f"{' '.join(arguments)}: exit code {done.returncode}\n{(done.stderr + done.stdout)[:2000]}")
        return done.stdout

    def said(self, *arguments):
        out = self.run(*arguments)
        if not out.strip():
            self.failures.append(f"{' '.join(arguments)}: said nothing")
        return out

    def json(self, *arguments):
        out = self.said(*arguments)
        try:
            return json.loads(out)
        except ValueError as why:
            self.failures.append(f"{' '.join(arguments)}: {why}")
            return {}

    def locked(self):
        self.run("lock", self.main)
        lock = self.directory / "flow.lock"
        first = lock.read_bytes() if lock.exists() else b""
        self.run("lock", "--check", self.main)
        self.run("check", self.main)
        self.run("lock", self.main)
        if lock.exists() and lock.read_bytes() != first:
            self.failures.append("lock: the second is not the first")
        for old, new in (("flow.lock", self.main), (self.main, "flow.lock"), (self.main, self.main)):
            self.run("diff", old, new)
            found = self.json("diff", "--format=json", old, new)
            if found.get("changes") != []:
                self.failures.append(f"diff {old} {new}: changes where there are none: {found.get('changes')}")

    def drawn(self, model):
        for form in FORMATS:
            self.said("graph", f"--format={form}", self.main)
        for one in model.get("messages", []) + [one for one in model.get("components", []) if one["kind"] in DECLARED]:
            self.said("graph", self.main, f"{one['module']}.{one['name']}")
        for kind in ("service", "publisher", "channel"):
            for one in model.get(kind + "s", []):
                if not one.get("implicit"):
                    self.said("graph", self.main, f"{kind}:{one['name']}")

    def explained(self, model):
        def explain(kind, name):
            self.said("explain", kind, name, "--file", self.main)

        self.said("explain", "risks", "--file", self.main)
        for one in model.get("messages", []):
            explain("message", f"{one['module']}.{one['name']}")
        for one in model.get("endpoints", []):
            explain("endpoint", one["id"])
        for one in model.get("components", []):
            if one["kind"] in ("orchestrator", "saga"):
                explain(one["kind"], one["name"])
        for kind in ("channel", "service", "publisher"):
            for one in model.get(kind + "s", []):
                explain(kind, one["name"])
        for one in model.get("deployments", []):
            if not one["implicit"]:
                explain("deploy", one["name"])

    def all(self):
        self.run("check", self.main)
        self.run("build", "--out", "out", self.main)
        self.json("dump", "--after=parse", self.main)
        model = self.json("dump", self.main)
        self.drawn(model)
        self.explained(model)
        self.run("fmt", self.main)
        self.run("fmt", "--check", self.main)
        self.locked()


def main():
    failed = 0
    for program in map(pathlib.Path, sys.argv[2:]):
        with tempfile.TemporaryDirectory() as made:
            place = Place(sys.argv[1], program, pathlib.Path(made))
            place.all()
        for failure in place.failures:
            print(f"FAILED: {program}: {failure}", flush=True)
        failed += len(place.failures)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
