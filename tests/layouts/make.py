#!/usr/bin/env python3
"""Makes `files/` and `truth.json` again: every layout, and what is to be read off it. Needs openpyxl and python-docx.

`make.py WORD…` makes only the files whose names hold one of the words, and no truth.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "corpus")]

import writers as W
from page import LAYOUTS, Page
from said import PIPES

import of_files  # with the next three, what fills LAYOUTS
import of_head
import of_indicators
import of_money

WRITERS = {".xlsx": W.openpyxl, ".docx": W.word, ".html": of_files.web_page}


def made(name):
    """The file's name, its sheets and the pages with a form."""
    first = Page(PIPES)
    pages = LAYOUTS[name](first) or [first]
    sheets = []
    for p in pages:
        sheets += [s for s in p.sheets if not any(s is x for x in sheets)]
    return name + first.suffix, sheets, pages


def line(v):
    return json.dumps(v, ensure_ascii=False)


def filled(v):
    """A value without the blanks in it, which need not be written."""
    if isinstance(v, dict):
        return {k: filled(x) for k, x in v.items() if x not in (None, [], {})}
    return [filled(x) for x in v] if isinstance(v, list) else v


def form_lines(form):
    """A form in JSON, one row of it a line."""
    out = []
    for key, v in filled(form).items():
        if key in ("funding", "indicators") and v:
            rows = ",\n".join("   " + line(row) for row in v)
            out.append(f"  {line(key)}: [\n{rows}\n  ]")
        else:
            out.append(f"  {line(key)}: {line(v)}")
    return " {\n" + ",\n".join(out) + "\n }"


def main():
    words, files, truth = sys.argv[1:], HERE / "files", []
    files.mkdir(exist_ok=True)
    keep = set()
    for name in sorted(LAYOUTS):
        if words and not any(w in name for w in words):
            continue
        file, sheets, pages = made(name)
        WRITERS[Path(file).suffix](sheets, files / file)
        keep.add(file)
        truth.append(f"{line(file)}: [\n" + ",\n".join(form_lines(p.truth()) for p in pages) + "\n]")
    if not words:
        (HERE / "truth.json").write_text("{\n" + ",\n".join(truth) + "\n}\n", encoding="utf-8")
        for old in files.iterdir():
            if old.name not in keep:
                old.unlink()
    print(len(keep), "files")


main()
