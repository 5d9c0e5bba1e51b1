#!/usr/bin/env python3
"""Valid programs of great size: `flowc check` and `flowc build` take each in 10 s and 2 GiB, and twice the program costs
about twice the time and memory.

giants.py FLOWC [--small] [--json] [NAME...] runs each shape at a quarter, half and the whole of its size, --small at a
tenth of those. Exit 1 when a limit is passed or a doubling costs more than RATIO_MAX.
"""

import json
import pathlib
import sys
import tempfile

import shapes
from measure import Failed, best, measure
from topologies import SIZES as TOPOLOGIES

SECONDS_MAX = 10
BYTES_MAX = 2 << 30
RATIO_MAX = 2.6
# Below this a run is mostly start and noise, and no ratio is taken.
SECONDS_MIN = 0.1

# Name -> its whole size. A chain or lattice is as large as it is with --small too.
SIZES = {
    "messages": 20_000, "small_messages": 50_000, "handlers": 10_000, "subscribers": 20_000, "services": 10_000,
    "enum": 50_000, "fields": 20_000, "defaults": 20_000, "nested": 20_000, "lists": 20_000, "then": 10_000, "calls": 5_000,
    "chain": 200, "lattice": 40, **TOPOLOGIES,
}
COMMANDS = {"check": ["check"], "build": ["build", "--out"], "graph": ["graph", "--out"], "fmt": ["fmt"], "lock": ["lock"]}


def commands_of(name):
    """`build` checks too: where the size is in the topology, the contracts of `check` alone say nothing new."""
    return ("build", "graph", "fmt", "lock") if name in TOPOLOGIES else ("check", "build", "graph")


def command_line(flowc, command, file, directory):
    return [flowc, *COMMANDS[command], *([directory / command] if "--out" in COMMANDS[command] else []), file]


def sized(flowc, command, name, sizes, directory):
    """Measures a shape at each of its sizes: rows, and what is wrong. A ratio past the limit is measured again, twice,
    because other work on the machine makes a run slower and never faster."""
    lines = []
    for size in sizes:
        file = shapes.write(name, size, directory / str(size))
        lines.append(command_line(flowc, command, file, directory))
    measured = []
    for size, line in zip(sizes, lines):
        try:
            measure(line, SECONDS_MAX, BYTES_MAX)
            measured.append(best(line))
        except Failed as why:
            return [], [f"{command} {name} {size}: {why}"]
    wrong, rows = [], []
    for i, size in enumerate(sizes):
        ratios = None
        if i > 0 and measured[i - 1][0] >= SECONDS_MIN:
            for _ in range(3):
                ratios = [now / before for now, before in zip(measured[i], measured[i - 1])]
                if max(ratios) <= RATIO_MAX:
                    break
                for j in (i - 1, i):
                    measured[j] = tuple(map(min, measured[j], best(lines[j])))
            if max(ratios) > RATIO_MAX:
                wrong.append(f"{command} {name} {size}: {ratios[0]:.2f} times the time, {ratios[1]:.2f} times the memory"
                             " of half the size")
        rows.append({"command": command, "shape": name, "size": size, "seconds": round(measured[i][0], 3),
                     "mebibytes": measured[i][1] >> 20, "ratios": ratios and [round(ratio, 2) for ratio in ratios]})
    return rows, wrong


def main():
    flags = {argument for argument in sys.argv[2:] if argument.startswith("--")}
    chosen = [argument for argument in sys.argv[2:] if not argument.startswith("--")]
    failures, results = 0, []
    for name, whole in SIZES.items():
        if chosen and name not in chosen:
            continue
        if "--small" in flags and name not in ("chain", "lattice"):
            whole //= 10
        for command in commands_of(name):
            with tempfile.TemporaryDirectory() as made:
                rows, wrong = sized(sys.argv[1], command, name, (whole // 4, whole // 2, whole), pathlib.Path(made))
            results += rows
            failures += len(wrong)
            for what in wrong:
                print(f"FAILED: {what}", flush=True)
            for row in rows if "--json" not in flags else []:
                print("{command:5} {shape:14} {size:6} {seconds:6.2f} s {mebibytes:5} MiB".format(**row),
                      *(row["ratios"] or []), flush=True)
    if "--json" in flags:
        print(json.dumps(results, indent=1))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
