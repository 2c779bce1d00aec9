#!/usr/bin/env python3
"""Makes every file of the corpus, its golden answer and README.md again.

Needs openpyxl, XlsxWriter, xlwt, python-docx, LibreOffice (`soffice`) and npm (SheetJS 0.18.5).
`make.py WORD…` makes only the files whose names hold one of the words.
"""

import json
import sys
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import cases
import writers


def main():
    words = sys.argv[1:]
    golden = HERE / "golden"
    golden.mkdir(exist_ok=True)
    made = {c.file for c in cases.CASES}
    assert len(made) == len(cases.CASES), "two cases share a file name"
    if not words:
        for old in [*golden.glob("*.json"), *(HERE / "files").glob("*")]:
            if old.name.removesuffix(".json") not in made:
                old.unlink()
    (HERE / "files").mkdir(exist_ok=True)
    failed = []
    for c in cases.CASES:
        if words and not any(w in c.file for w in words):
            continue
        try:
            c.write(HERE / "files" / c.file)
        except Exception:  # the other cases go on; the exit status tells
            traceback.print_exc(limit=-3)
            failed.append(c.file)
            continue
        text = json.dumps(c.answers(), ensure_ascii=False, indent=1)
        (golden / f"{c.file}.json").write_text(text + "\n", encoding="utf-8")
        print(c.file)
    (HERE / "README.md").write_text(cases.readme(), encoding="utf-8")
    sys.exit(f"not made: {failed}" if failed else 0)


main()
