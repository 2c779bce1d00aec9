#!/usr/bin/env python3
"""Whole processes side by side: `zpb fix`, what one would use instead, and the least that can be.

    cargo build --release && cargo bench --no-run
    npm install --prefix /tmp/rivals exceljs            # left out where it is not there
    NODE_PATH=/tmp/rivals/node_modules python3 benches/compare.py --forms 27 1000
    python3 benches/compare.py --forms 1 27 1000 10000 --only "zpb -j2" "floor -j2"

The inputs are the .xlsx samples, copied until there are enough. Everything runs in turn, round by round, so that a busy
machine is busy for all; a ratio is taken within its round, and the median of the rounds is printed. The tables are those
of README.md beside this file.
"""

import argparse
import glob
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# It starts once for all files, but takes some fifty times as long for each.
MOST_FORMS = {"LibreOffice": 100}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--forms", type=int, nargs="+", default=[27, 1000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[], help="names of contestants, or the beginning of them")
    parser.add_argument("--zpb", default=str(ROOT / "target/release/zpb"))
    parser.add_argument("--floor", default=newest(ROOT / "target/release/deps", "floor-*"))
    parser.add_argument("--dir", default=None, help="where inputs and outputs go; a temporary folder if not given")
    return parser.parse_args()


def newest(folder, pattern):
    found = [path for path in folder.glob(pattern) if os.access(path, os.X_OK) and not path.suffix]
    return str(max(found, key=lambda path: path.stat().st_mtime, default=""))


def make_inputs(folder, count):
    """So many copies of the samples."""
    folder.mkdir(parents=True, exist_ok=True)
    samples = sorted(glob.glob(str(ROOT / "samples/submitted/*.xlsx")))
    for at in range(count):
        sample = Path(samples[at % len(samples)])
        target = folder / f"{at:05d}-{sample.name}"
        if not target.exists():
            shutil.copyfile(sample, target)
    return folder


def contestants(args, inputs, out, count):
    """Name → command; `{out}` is a folder that does not exist yet."""
    node, rivals = os.environ.get("NODE_PATH", ""), ROOT / "benches/rivals"
    files = sorted(glob.glob(str(inputs / "*.xlsx")))
    profile = f"-env:UserInstallation=file://{out}/profile"
    found = {
        "zpb -j2": [args.zpb, "fix", inputs, "-o", "{out}", "-q", "-j", "2"],
        "zpb -j1": [args.zpb, "fix", inputs, "-o", "{out}", "-q", "-j", "1"],
        "zpb export -j2": [args.zpb, "export", inputs, "--to", "jsonl", "-q", "-j", "2"],
    }
    if args.floor:
        for jobs in ("2", "1"):
            found[f"floor -j{jobs}"] = [args.floor, inputs, out / "made", "{out}", jobs]
    found["openpyxl, 2 processes"] = [sys.executable, rivals / "openpyxl_fix.py", inputs, "{out}", "2"]
    if os.path.isdir(os.path.join(node, "exceljs")):
        found["exceljs, 2 processes"] = ["node", rivals / "exceljs_fix.js", inputs, "{out}", "2"]
    if shutil.which("soffice"):
        convert = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", "{out}"]
        found["LibreOffice"] = [*convert, *files]
    chosen = {name: run for name, run in found.items() if count <= MOST_FORMS.get(name, count)}
    return {name: run for name, run in chosen.items() if not args.only or any(name.startswith(o) for o in args.only)}


def run(command, out):
    """Wall seconds, processor seconds, KiB of the largest process. The floor says itself how long it took.

    `out` is a new folder, and nothing is removed between runs: ext4 is slow to give out again what was freed just now.
    """
    os.sync()
    command = [str(part).replace("{out}", str(out)) for part in command]
    with tempfile.TemporaryFile() as told:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=told, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"{command[:4]} ended with {child.returncode}")
        told.seek(0)
        if Path(command[0]).name.startswith("floor"):
            wall = float(told.read().split()[0])
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss


def compare(args, folder, count):
    inputs, out = make_inputs(folder / f"in{count}", count), folder / "out"
    (folder / "out").mkdir(exist_ok=True)
    made = out / "made"
    run([args.zpb, "fix", inputs, "-o", made, "-q"], made)
    racing = contestants(args, inputs, out, count)
    racers = list(enumerate(racing.items()))
    rounds = [
        {name: run(command, out / f"{turn}-{at}") for at, (name, command) in racers} for turn in range(args.rounds)
    ]
    report(count, racing, rounds)
    shutil.rmtree(out)
    return {name: statistics.median(each[name][0] for each in rounds) for name in racing}


def report(count, names, rounds):
    base = next(iter(names))
    print(f"\n{count} forms, median of {len(rounds)} rounds\n")
    print(f"| | s | ms a form | × {base} | processor s | MiB |\n|---|--:|--:|--:|--:|--:|")
    for name in names:
        middle = [statistics.median(each[name][figure] for each in rounds) for figure in range(3)]
        ratio = statistics.median(each[name][0] / each[base][0] for each in rounds)
        print(
            f"| {name} | {middle[0]:.2f} | {1000 * middle[0] / count:.2f} | {ratio:.2f} "
            f"| {middle[1]:.2f} | {middle[2] / 1024:.0f} |",
            flush=True,
        )


def report_growth(walls):
    """Time per form by number of forms; what starting takes stands in the time of the first form."""
    if len(walls) < 2 or 1 not in walls:
        return
    print("\n| | forms | ms a form | ms for each form after the first |\n|---|--:|--:|--:|")
    for name in walls[1]:
        for count in (count for count in walls if name in walls[count] and count > 1):
            whole, rest = walls[count][name], walls[count][name] - walls[1][name]
            print(f"| {name} | {count} | {1000 * whole / count:.2f} | {1000 * rest / (count - 1):.2f} |")


def machine():
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{os.cpu_count()} × {model[1] if model else 'processor'}; load before: {load}")


def main():
    args = arguments()
    machine()
    folder = Path(args.dir or tempfile.mkdtemp(prefix="zpb-compare-"))
    report_growth({count: compare(args, folder, count) for count in args.forms})
    if not args.dir:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
