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

SECONDS_MAX = 10
BYTES_MAX = 2 << 30
RATIO_MAX = 2.6
# Below this a run is mostly start and noise, and no ratio is taken.
SECONDS_MIN = 0.1

# Name -> its whole size, and whether it may be halved: a chain or lattice is one size.
SIZES = {
    "messages": 20_000, "small_messages": 50_000, "handlers": 10_000, "subscribers": 20_000, "services": 10_000,
    "enum": 50_000, "fields": 20_000, "defaults": 20_000, "nested": 20_000, "lists": 20_000, "then": 10_000, "calls": 5_000,
    "chain": 200, "lattice": 40,
}
COMMANDS = {"check": ["check"], "build": ["build", "--out"]}


def command_line(flowc, command, file, directory):
    return [flowc, *COMMANDS[command], *([directory / "out"] if command == "build" else []), file]


def main():
    flags = {argument for argument in sys.argv[2:] if argument.startswith("--")}
    chosen = [argument for argument in sys.argv[2:] if not argument.startswith("--")]
    flowc, failures, results = sys.argv[1], 0, []
    for name, whole in SIZES.items():
        if chosen and name not in chosen:
            continue
        if "--small" in flags and name not in ("chain", "lattice"):
            whole //= 10
        for command in COMMANDS:
            before = None
            for size in (whole // 4, whole // 2, whole):
                with tempfile.TemporaryDirectory() as made:
                    directory = pathlib.Path(made)
                    file = shapes.write(name, size, directory / "in")
                    line = command_line(flowc, command, file, directory)
                    try:
                        measure(line, SECONDS_MAX, BYTES_MAX)
                        seconds, used = best(line)
                    except Failed as why:
                        failures += 1
                        print(f"FAILED: {command} {name} {size}: {why}", flush=True)
                        break
                ratios = None
                if before and before[0] >= SECONDS_MIN:
                    ratios = seconds / before[0], used / before[1]
                    if max(ratios) > RATIO_MAX:
                        failures += 1
                        print(f"FAILED: {command} {name} {size}: {ratios[0]:.2f} times the time, {ratios[1]:.2f} times the memory"
                              " of half the size", flush=True)
                before = seconds, used
                results.append({"command": command, "shape": name, "size": size, "seconds": round(seconds, 3),
                                "mebibytes": used >> 20, "ratios": ratios and [round(ratio, 2) for ratio in ratios]})
                if "--json" not in flags:
                    print(f"{command:5} {name:14} {size:6} {seconds:6.2f} s {used >> 20:5} MiB"
                          + (f"  {ratios[0]:.2f} {ratios[1]:.2f}" if ratios else ""), flush=True)
    if "--json" in flags:
        print(json.dumps(results, indent=1))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
