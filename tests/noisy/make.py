#!/usr/bin/env python3
"""Draws forms in every format, layout and kind of noise into a folder, with what a careful person reads off each.

    make.py OUT [--seed N] [--only WORD…] [--few]

Writes OUT/files/* and OUT/golden.jsonl, one line a file: file, format, layout, noise, forms. `--only` keeps the cases whose
`format/layout/noise` holds every word; `--few` keeps one case for each kind of noise, each layout and each format that needs no
other program (what is committed: `make.py tests/noisy --seed 7 --few`). Needs openpyxl, XlsxWriter, xlwt, python-docx,
LibreOffice (`soffice`) and npm (SheetJS 0.18.5). The same seed draws the same forms.
"""

import argparse
import copy
import json
import os
import random
import shutil
import subprocess
import sys
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from xml.sax.saxutils import escape

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "corpus")]

import writers as W
from places import PLACES
from spoil import KINDS, Paper


def page(sheets, path, encoding="gbk", declared=True):
    """A web page of one table a sheet, as systems save it under the name .xls."""
    meta = f'<meta http-equiv=Content-Type content="text/html; charset={encoding}">' if declared else ""
    out = [f"<html><head>{meta}<style>td{{border:1px solid}}</style></head><body>"]
    for sh in sheets:
        rows, cols = sh.size()
        spans = {(a, b): (d - a + 1, e - b + 1) for a, b, d, e in sh.merges}
        covered = {(r, c) for a, b, d, e in sh.merges for r in range(a, d + 1) for c in range(b, e + 1)} - set(spans)
        out.append("<table border=1>")
        for r in range(rows):
            out.append("<tr>")
            for c in range(cols):
                if (r, c) in covered:
                    continue
                down, across = spans.get((r, c), (1, 1))
                span = (f" rowspan={down}" if down > 1 else "") + (f' colspan="{across}"' if across > 1 else "")
                v = escape(str(sh.cells[r, c].v)).replace("\n", "<br>") if (r, c) in sh.cells else "&nbsp;"
                out.append(f"<td{span}>{v}</td>")
            out.append("</tr>\n")
        out.append("</table>\n")
    Path(path).write_bytes("".join([*out, "</body></html>"]).encode(encoding, "xmlcharrefreplace"))


def word(sheets, path):
    """Each sheet as a Word table with its merges."""
    from docx import Document

    doc = Document()
    for sh in sheets:
        rows, cols = sh.size()
        table = doc.add_table(rows, cols)
        cells = table._cells
        for a, b, d, e in sh.merges:
            cells[a * cols + b].merge(cells[d * cols + e])
        for (r, c), cell in sorted(sh.cells.items()):
            cells[r * cols + c].text = str(cell.v)
        doc.add_paragraph("")
    doc.save(str(path))
    W.settle(path)


# format → (extension, writer or the other program's name for it)
FORMATS = {
    "xlsx openpyxl": ("xlsx", W.openpyxl),
    "xlsx XlsxWriter": ("xlsx", W.xlsxwriter),
    "xlsx strict": ("xlsx", W.handmade),
    "xlsx LibreOffice": ("xlsx", ("soffice", "xlsx")),
    "xls xlwt": ("xls", W.xlwt),
    "xls LibreOffice": ("xls", ("soffice", "xls")),
    "xls SheetJS": ("xls", ("node", "biff8")),
    "et": ("et", W.xlwt),
    "xlsb SheetJS": ("xlsb", ("node", "xlsb")),
    "ods LibreOffice": ("ods", ("soffice", "ods")),
    "ods SheetJS": ("ods", ("node", "ods")),
    "fods LibreOffice": ("fods", ("soffice", "fods")),
    "html LibreOffice": ("html", ("soffice", "html")),
    "html GBK as xls": ("xls", page),
    "html undeclared": ("html", partial(page, encoding="utf-8", declared=False)),
    "xml 2003": ("xml", W.spreadsheetml),
    "docx": ("docx", word),
    "csv UTF-8": ("csv", W.delimited),
    "csv GB18030": ("csv", partial(W.delimited, encoding="gb18030")),
    "tsv UTF-16": ("tsv", partial(W.delimited, sep="\t", encoding="utf-16-le", bom=b"\xff\xfe")),
    "txt tabs": ("txt", W.pasted),
}
ONE_SHEET = ("csv", "tsv", "txt", "docx", "html")
# Leaves out what is hidden.
SHOWN_ONLY = ("html LibreOffice",)
# Programs that write a formula without its value.
STORELESS = ("xlsx openpyxl", "xls xlwt", "et")


def build(case, seed):
    """The sheets of a case and its answers."""
    fmt, layout, kind = case
    rng = random.Random(f"{seed}/{fmt}/{layout}/{kind}")
    draw, lay, answer = PLACES[layout]

    def again():
        form = draw(rng)
        return lay(copy.deepcopy(form)), answer(form)

    sheet, said = again()
    paper = Paper(rng, [sheet], [said], again, fmt.startswith(ONE_SHEET), fmt not in STORELESS, fmt not in SHOWN_ONLY)
    KINDS[kind](paper)
    return paper.sheets, paper.answers


def name(number, case):
    return f"{number:05}.{FORMATS[case[0]][0]}"


def write(job):
    """Writes what is ours to write; gives the job for the other program otherwise."""
    number, case, seed, out = job
    sheets, answers = build(case, seed)
    ext, program = FORMATS[case[0]]
    path = out / "files" / name(number, case)
    if isinstance(program, tuple):
        if program[0] == "soffice":
            W.openpyxl(sheets, out / "soffice" / program[1] / f"{number:05}.xlsx")
        else:
            (out / "node" / f"{number:05}.json").write_text(json.dumps(sheetjs_job(sheets, path, program[1])))
    else:
        program(sheets, path)
    line = {"file": path.name, "format": case[0], "layout": case[1], "noise": case[2], "forms": answers}
    return json.dumps(line, ensure_ascii=False)


def sheetjs_job(sheets, path, kind):
    out = []
    for sh in sheets:
        rows, cols = sh.size()
        cells = []
        for (r, c), cell in sorted(sh.cells.items()):
            v = cell.v.cached if isinstance(cell.v, W.Formula) else cell.v
            x = {"r": r, "c": c, **({"t": "n", "v": W.plain(v), "z": v.fmt} if isinstance(v, W.Num) else {"t": "s", "v": str(v)})}
            if isinstance(cell.v, W.Formula):
                x["f"] = cell.v.text[1:]
            cells.append(x)
        merges = [{"s": {"r": a, "c": b}, "e": {"r": d, "c": e}} for a, b, d, e in sh.merges]
        out.append({"name": sh.name, "rows": rows, "cols": cols, "cells": cells, "merges": merges})
    return {"sheets": out, "path": str(path), "type": kind, "sst": False}


def node(out):
    """All of SheetJS's files in one run."""
    home = W.sheetjs_home()
    once = W.SHEETJS.replace("const job = JSON.parse(fs.readFileSync(process.argv[2]));", "for (const f of fs.readdirSync(process.argv[2]).sort()) {\nconst job = JSON.parse(fs.readFileSync(process.argv[2] + '/' + f));")
    script = home / "write-all.js"
    script.write_text(once + "}\n")
    subprocess.run(["node", str(script), str(out / "node")], cwd=home, check=True, capture_output=True)


def soffice(out, folder):
    """All files of one kind in one run of LibreOffice, some hundreds at a time."""
    files = sorted(folder.glob("*.xlsx"))
    made = folder / "made"
    for at in range(0, len(files), 200):
        profile = f"-env:UserInstallation=file://{W.WORK}/noisy-profile"
        env = {**os.environ, "SOURCE_DATE_EPOCH": "1709283600", "TZ": "UTC"}
        subprocess.run(["soffice", profile, "--headless", "--convert-to", folder.name, "--outdir", str(made), *map(str, files[at : at + 200])], check=True, capture_output=True, env=env)
    for file in made.iterdir():
        shutil.move(file, out / "files" / file.name)


def few(cases):
    """Every kind of noise twice, formats and layouts taking turns."""
    formats = [f for f in ("csv UTF-8", "csv GB18030", "tsv UTF-16", "txt tabs", "xlsx openpyxl", "html GBK as xls", "xml 2003") if any(c[0] == f for c in cases)]
    turns = [(formats[n % len(formats)], list(PLACES)[(3 * n + n // 10) % len(PLACES)], k) for n, k in enumerate(2 * list(KINDS))]
    return [t for t in turns if t in cases]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("out", type=Path)
    args.add_argument("--seed", type=int, default=1)
    args.add_argument("--only", nargs="*", default=[])
    args.add_argument("--few", action="store_true")
    args = args.parse_args()
    cases = [(f, l, k) for f in FORMATS for l in PLACES for k in KINDS]
    cases = [c for c in cases if all(w in "/".join(c) for w in args.only)]
    if args.few:
        cases = few(cases)
    for sub in ("files", "node", *{f"soffice/{p[1]}" for _, p in FORMATS.values() if isinstance(p, tuple) and p[0] == "soffice"}):
        (args.out / sub).mkdir(parents=True, exist_ok=True)
    jobs = [(n, c, args.seed, args.out) for n, c in enumerate(cases)]
    with Pool() as pool:
        lines = pool.map(write, jobs, chunksize=8)
    if any((args.out / "node").iterdir()):
        node(args.out)
    for folder in sorted((args.out / "soffice").iterdir()):
        if any(folder.glob("*.xlsx")):
            soffice(args.out, folder)
    for sub in ("node", "soffice"):
        shutil.rmtree(args.out / sub)
    (args.out / "golden.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
