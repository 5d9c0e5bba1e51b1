"""Runs a command and measures it: user and system time and memory of the process, so that a busy machine matters little."""

import os
import resource
import subprocess


class Failed(Exception):
    pass


def measure(command, seconds_max=None, bytes_max=None, **options):
    """(seconds of processor time, peak bytes) of one run. Raises Failed."""

    def limit():
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if seconds_max:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds_max, seconds_max + 1))
        if bytes_max:
            resource.setrlimit(resource.RLIMIT_AS, (bytes_max, bytes_max))

    child = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, preexec_fn=limit, **options)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise Failed(f"exit code {child.returncode} after {used.ru_utime + used.ru_stime:.1f} s, {used.ru_maxrss >> 10} MiB")
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024


def best(command, repeats=3, **options):
    """The smallest time and memory of some runs."""
    runs = [measure(command, **options) for _ in range(repeats)]
    return min(seconds for seconds, _ in runs), min(size for _, size in runs)
