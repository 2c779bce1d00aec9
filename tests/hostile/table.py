"""Hostile files to a table: what the program says of each, how long it takes, and how much memory.

    python3 tests/hostile/table.py target/release/zpb [-o FILE.md] [NAME...]

Fails where a file takes 2 seconds or 256 MiB (the program and what it starts), where it ends the program otherwise
than by its own exit status, or where nothing or more than a few lines is said of it.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

MAKE = Path(__file__).with_name("make.py")
SECONDS = 2.0
MIB = 256
# A program that hangs is not waited for.
PATIENCE = 30.0


def measured(program, arguments, feed=None):
    """Status, what is said, seconds, and MiB of the largest process."""
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as data:
        start = time.monotonic()
        source = subprocess.PIPE if feed else subprocess.DEVNULL
        child = subprocess.Popen([program, *arguments], stdin=source, stdout=data, stderr=told)
        if feed:
            threading.Thread(target=pour, args=(child.stdin, feed), daemon=True).start()
        watch = threading.Timer(PATIENCE, child.kill)
        watch.start()
        _, status, usage = os.wait4(child.pid, 0)
        watch.cancel()
        seconds = time.monotonic() - start
        # Not what others on the machine take: a program that waits for nothing takes as long as it computes.
        seconds = min(seconds, max(usage.ru_utime + usage.ru_stime, seconds / 4))
        child.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        return child.returncode, told.read().decode(errors="replace").strip(), seconds, usage.ru_maxrss / 1024


def pour(pipe, piece):
    """A line without end, as long as anybody reads it."""
    try:
        while True:
            pipe.write(piece)
    except OSError:
        pass


def wrongs(status, message, seconds, mib):
    # Some are read after all: what is odd about them is no harm, but what is wrong is said.
    if status not in (0, 1, 2):
        yield f"status {status}"
    if status == 2 and "错误 " not in message:
        yield "nothing said"
    if "内部出错" in message:
        yield "a panic"
    if seconds >= SECONDS:
        yield f"{seconds:.1f} s"
    if mib >= MIB:
        yield f"{mib:.0f} MiB"


def rows(program, names):
    """Name, size, and what was measured, the second time where the first was slow: others use the machine too."""
    with tempfile.TemporaryDirectory() as folder:
        # In a process of its own: a process that has grown once counts as large, and so do those it starts.
        subprocess.run([sys.executable, MAKE, folder, *names], check=True)
        for path in sorted(Path(folder).iterdir()):
            result = measured(program, ["check", str(path)])
            if result[2] >= SECONDS:
                result = min(result, measured(program, ["check", str(path)]), key=lambda result: result[2])
            status, message, seconds, mib = result
            yield path.name, path.stat().st_size, status, message.replace(f"{folder}/", ""), seconds, mib
    for piece, name in [(b"x" * 65536, "endless line"), (b'{"a":[' * 9999, "endless JSON line")]:
        if not names or name in names:
            status, message, seconds, mib = measured(program, ["export", "-", "--to", "jsonl"], piece)
            yield f"{name} by standard input", 0, status, message, seconds, mib


def main():
    arguments = sys.argv[1:]
    output = arguments.pop(arguments.index("-o") + 1) if "-o" in arguments else None
    program, *names = [argument for argument in arguments if argument != "-o"]
    lines, bad = ["| file | bytes | seconds | MiB | message |", "|---|--:|--:|--:|---|"], []
    for name, size, status, message, seconds, mib in rows(os.path.abspath(program), names):
        said = message.partition("\n")[0].replace("|", "\\|").removeprefix("错误 ").removeprefix(f"{name}：")
        lines.append(f"| {name} | {size} | {seconds:.2f} | {mib:.0f} | {said} |")
        print(lines[-1], flush=True)
        found = list(wrongs(status, message, seconds, mib))
        if found:
            bad.append(f"{name}: {', '.join(found)}")
    if output:
        Path(output).write_text("\n".join(lines) + "\n")
    if len(lines) == 2:
        bad.append("no such file")
    print(f"{len(lines) - 2} files, {len(bad)} wrong", *bad, sep="\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
