"""Kills, full disks and folders that nobody may write to: nothing half, nothing damaged, and the next run completes.

    sudo python3 tests/hostile/survive.py target/release/zpb [KILLS]

The full disk and the read-only folder are mounts of their own, which takes root.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "samples" / "submitted"
COPIES = 12


def pile(folder):
    """A few hundred submissions."""
    for copy in range(COPIES):
        target = Path(folder, f"批次{copy:02}")
        shutil.copytree(SAMPLES, target)


def fix(program, source, out, **options):
    command = [program, "fix", str(source), "-o", str(out), "-q"]
    return subprocess.run(command, capture_output=True, text=True, **options)


def outputs(folder):
    """Every file by its place; those that a killed run could not take away apart."""
    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    left = [path for path in files if path.name.startswith(".zpb-")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files if path not in left}, left


def check(truth, message):
    if not truth:
        sys.exit(f"FAILED: {message}")


def kills(program, source, times):
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder, "whole")
        start = time.monotonic()
        done = fix(program, source, whole)
        took = time.monotonic() - start
        check(done.returncode == 0, done.stderr)
        expected, left = outputs(whole)
        check(not left and len(expected) == COPIES * 27 + 1, f"{len(expected)} files, {left}")
        out, places, seen = Path(folder, "killed"), set(), 0
        for kill in range(times):
            # Each run goes on where the last was killed; now and then all begins anew.
            if kill % 5 == 0:
                shutil.rmtree(out, ignore_errors=True)
            before = outputs(out)[1] if out.exists() else []
            child = subprocess.Popen([program, "fix", str(source), "-o", str(out), "-q"], stderr=subprocess.DEVNULL)
            time.sleep(random.uniform(0.0, took))
            child.send_signal(signal.SIGINT if kill % 5 == 4 else signal.SIGKILL)
            ended = child.wait()
            found, left = outputs(out)
            places.add(len(found))
            seen += len(left)
            # What a kill left stays where this run did not come to.
            check(kill % 5 != 4 or ended == 0 or set(left) <= set(before), f"Ctrl-C left {left}")
            for name, content in found.items():
                check(name == "汇总.xlsx" or content == expected.get(name), f"{name} is not what it must be")
                check(zipfile.is_zipfile(out / name), f"{name} is no whole file")
        again = fix(program, source, out)
        check(again.returncode == 0, again.stderr)
        found, left = outputs(out)
        check(found == expected, "the last run does not complete the outputs")
        check(not left, f"{left} stay")
        print(f"{times} kills at {len(places)} different numbers of files; {seen} temporary files taken away; complete")


def mounted(folder, *options):
    subprocess.run(["mount", *options, str(folder)], check=True)


def full_disk(program, source):
    with tempfile.TemporaryDirectory() as folder:
        disk = Path(folder, "disk")
        disk.mkdir()
        mounted(disk, "-t", "tmpfs", "-o", "size=1m", "tmpfs")
        try:
            old = disk / "旧.xlsx"
            old.write_bytes(b"old")
            done = fix(program, source, disk / "out")
            found, left = outputs(disk / "out")
            check(done.returncode == 2, f"status {done.returncode} on a full disk")
            check("No space left" in done.stderr or "空间" in done.stderr, done.stderr[:500])
            check("内部出错" not in done.stderr, done.stderr[:500])
            check(found and not left and all(zipfile.is_zipfile(disk / "out" / name) for name in found), "half files")
            check(old.read_bytes() == b"old", "an old file was damaged")
            for to in ["json", "jsonl", "csv"]:
                target = disk / f"all.{to}"
                done = subprocess.run([program, "export", str(source), "--to", to, "-o", str(target)], capture_output=True)
                check(done.returncode == 2 and not target.is_file(), f"export --to {to}: {done.returncode}")
            check(not list(disk.rglob(".zpb-*")), "temporary files stay")
            said = [line for line in fix(program, source, disk / "out").stderr.splitlines()]
            print(f"full disk: {len(found)} whole files, status 2, such as: {said[0].replace(folder, '')}")
        finally:
            subprocess.run(["umount", str(disk)], check=True)
    with open("/dev/full", "w") as full:
        done = subprocess.run([program, "export", str(source), "--to", "jsonl"], stdout=full, stderr=subprocess.PIPE)
        check(done.returncode == 2, f"status {done.returncode} on a full standard output")


def read_only(program, source):
    with tempfile.TemporaryDirectory() as folder:
        disk = Path(folder, "disk")
        disk.mkdir()
        mounted(disk, "-t", "tmpfs", "tmpfs")
        try:
            shutil.copytree(source, disk / "in")
            mounted(disk, "-o", "remount,ro")
            for out in [disk, disk / "new", disk / "all.xlsx"]:
                done = fix(program, disk / "in", out)
                check(done.returncode == 2, f"status {done.returncode} in a read-only folder")
                check("写入失败" in done.stderr and "内部出错" not in done.stderr, done.stderr[:500])
            elsewhere = fix(program, disk / "in", Path(folder, "out"))
            check(elsewhere.returncode == 0, elsewhere.stderr)
            print(f"read-only folder: status 2, such as: {done.stderr.splitlines()[0].replace(folder, '')}")
        finally:
            subprocess.run(["umount", str(disk)], check=True)


def main():
    program = os.path.abspath(sys.argv[1])
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    with tempfile.TemporaryDirectory() as source:
        pile(source)
        kills(program, source, times)
        full_disk(program, source)
        read_only(program, source)


if __name__ == "__main__":
    main()
