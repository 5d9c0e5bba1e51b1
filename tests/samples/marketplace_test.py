#!/usr/bin/env python3
"""Builds the marketplace sample with find_package(flow) from an installation of a build tree, and uses it as its README says.

Usage: marketplace_test.py SOURCE_DIR BUILD_DIR [TEST…]
"""
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE, BUILD = (pathlib.Path(p).resolve() for p in sys.argv[1:3])
NORTHWIND = SOURCE.parent / "shared/data/northwind"
PROGRAM = BUILD / "samples/marketplace/marketplace"
KILLED = -9


def build():
    prefix = BUILD / "samples/install"
    environment = dict(os.environ)
    if shutil.which("ccache"):
        environment.setdefault("CMAKE_CXX_COMPILER_LAUNCHER", "ccache")
    for command in (
            ["cmake", "--install", BUILD, "--prefix", prefix],
            ["cmake", "-S", SOURCE / "samples/marketplace", "-B", PROGRAM.parent, "-G", "Ninja",
             "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O1 -g1", f"-DCMAKE_PREFIX_PATH={prefix}"],
            ["cmake", "--build", PROGRAM.parent]):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                              env=environment)
        if done.returncode != 0:
            sys.exit(f"{command}\n{done.stdout}{done.stderr}")


class Marketplace(unittest.TestCase):
    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="flow-marketplace-"))
        self.addCleanup(shutil.rmtree, self.place)

    def call(self, *arguments, expect=0):
        done = subprocess.run([str(PROGRAM), *arguments], cwd=self.place, capture_output=True, text=True, timeout=300)
        if expect is not None:
            self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done

    def simulate(self, *arguments):
        self.call("simulate", "--quiet", "--report", "report.json", *arguments)
        return json.loads((self.place / "report.json").read_text())

    def check_complete(self, report, orders):
        self.assertTrue(report["complete"], report)
        self.assertEqual(report["orders"], orders)
        self.assertEqual(report["orders_placed"], orders)
        self.assertEqual(report["analytics"], {name: report[name] for name in ("orders", "lines", "gross", "net")})
        for name, subscriber in report["subscribers"].items():
            self.assertEqual(subscriber, {"orders": orders, "doubled": 0, "complete": True}, name)
        self.assertEqual(report["dead_letters"], [])

    @unittest.skipUnless(NORTHWIND.exists(), f"no Northwind data in {NORTHWIND}")
    def test_northwind(self):
        report = self.simulate("--data", str(NORTHWIND))
        self.check_complete(report, 830)
        self.assertEqual(report["lines"], 2155)
        self.assertEqual(report["gross"], "1354458.59")
        self.assertEqual(report["net"], "1265793.04")
        self.assertEqual(report["dirty_lines"]["by_file"], {"customers.csv": 24, "orders.csv": 176, "suppliers.csv": 9})
        self.assertEqual(len(report["dirty_lines"]["first"]), 209)
        self.assertEqual(report["receipts"], 830)

    def test_generated_in_memory_and_on_disk_are_the_same(self):
        flags = ["--orders", "500", "--seed", "3", "--dirty", "10%"]
        memory = self.simulate(*flags)
        self.check_complete(memory, 500)
        self.call("generate", "folder", *flags)
        disk = self.simulate("--data", "folder", "--fresh")
        self.check_complete(disk, 500)
        for name in ("lines", "gross", "net", "matches", "dirty_lines"):
            self.assertEqual(memory[name], disk[name])
        self.assertGreater(memory["dirty_lines"]["total"], 0)

    def test_one_broken_subscriber_costs_the_others_nothing_and_is_replayed(self):
        report = self.simulate("--orders", "300", "--fail", "analytics=100%")
        self.assertFalse(report["complete"])
        self.assertEqual(report["analytics"]["orders"], 0)
        for name in ("notification", "matching"):
            self.assertEqual(report["subscribers"][name], {"orders": 300, "doubled": 0, "complete": True})
        self.assertEqual(report["dead_letters"], [{"endpoint": "analytics.record_order", "count": 300,
                                                   "reason": "analytics is unavailable (--fail analytics=100%)"}])
        self.call("dead-letters", "replay", "--all")
        self.check_complete(self.simulate("--resume"), 300)

    def test_flaky_attempts_are_retried(self):
        report = self.simulate("--orders", "300", "--flaky", "matching=20%")
        dead = sum(letter["count"] for letter in report["dead_letters"])
        self.assertEqual(report["subscribers"]["matching"]["orders"], 300 - dead)
        self.assertLess(dead, 10)
        retried = {e["endpoint"]: e["retried"] for e in report["endpoints"]}
        self.assertGreater(retried["provider_matching.match"], 20)
        self.assertEqual(retried["analytics.record_order"], 0)

    def test_killed_again_and_again_nothing_is_lost_or_doubled(self):
        flags = ["--data", str(NORTHWIND)] if NORTHWIND.exists() else ["--orders", "830"]
        points = random.Random(5)
        for _ in range(6):
            handlings = points.randint(1, 400)
            done = self.call("simulate", "--quiet", *flags, "--flaky", "analytics=10%", "--crash-after", str(handlings),
                             expect=None)
            self.assertEqual(done.returncode, KILLED, done.stdout + done.stderr)
        self.check_complete(self.simulate(*flags), 830)

    def test_the_same_orders_again_change_nothing(self):
        first = self.simulate("--orders", "200")
        again = self.simulate("--orders", "200")
        self.check_complete(again, 200)
        self.assertEqual(first["matches"], again["matches"])

    def test_wrong_use_is_explained(self):
        for arguments, text in (
                (["--fail", "accounting=20%"], "no endpoint `accounting`"),
                (["--fail", "analytics=20"], "wants a percentage"),
                (["--slow", "analytics=fast"], "wants a time"),
                (["--orders", "many"], "wants a number"),
                (["--data", "x", "--orders", "3"], "two different inputs"),
                (["--what"], "does not know --what")):
            done = self.call("simulate", *arguments, expect=2)
            self.assertIn(text, done.stderr)
        self.assertIn("cannot read", self.call("simulate", "--data", "nowhere", expect=1).stderr)
        self.assertIn("no run to resume", self.call("simulate", "--resume", expect=1).stderr)
        self.simulate("--orders", "10")
        self.assertIn("--fresh", self.call("simulate", "--orders", "11", expect=1).stderr)
        (self.place / "letter.txt").write_text("Dear reader")
        self.assertIn("not a store", self.call("simulate", "--store", "letter.txt", "--fresh", expect=1).stderr)


if __name__ == "__main__":
    build()
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
