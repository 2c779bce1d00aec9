"""The programs that write a Sheet to a file."""

import datetime
import json
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from forms import Date, Err, Formula, Num, Rich

WORK = Path(tempfile.mkdtemp(prefix="corpus"))
MOMENT = datetime.datetime(2024, 3, 1, 9, 0, 0)


def plain(v):
    """The stored double or integer of a number cell."""
    d = Decimal(v.text)
    return int(d) if d == d.to_integral_value() and "." not in v.text else float(d)


def serial(v):
    return (datetime.date(v.y, v.m, v.d) - datetime.date(1899, 12, 30)).days


def ordered(styles):
    """LibreOffice writes the page styles of sheets in an order that changes from run to run."""
    page = re.compile(rb'<style:master-page style:name="PageStyle_.*?</style:master-page>', re.S)
    pages = iter(sorted(page.findall(styles)))
    return page.sub(lambda _: next(pages), styles)


def settle(path):
    """Takes the clock out of a zip: entry times and the dates in the metadata."""
    path = Path(path)
    with zipfile.ZipFile(path) as z:
        entries = [(i, z.read(i)) for i in z.infolist()]
    with zipfile.ZipFile(path, "w") as z:
        for i, data in entries:
            if i.filename.endswith(("core.xml", "meta.xml")):
                data = re.sub(rb">\d{4}-\d\d-\d\dT[\d:.]+Z?<", b">2024-03-01T09:00:00Z<", data)
                data = re.sub(rb"<meta:editing-duration>[^<]*<", b"<meta:editing-duration>PT0S<", data)
            if i.filename == "styles.xml":
                data = ordered(data)
            info = zipfile.ZipInfo(i.filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type = i.compress_type
            z.writestr(info, data)


def column(c):
    s = ""
    c += 1
    while c:
        c, m = divmod(c - 1, 26)
        s = chr(65 + m) + s
    return s


def ref(r, c):
    return f"{column(c)}{r + 1}"


def openpyxl(sheets, path, rich=True):
    from openpyxl import Workbook
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont
    from openpyxl.styles import Alignment

    wb = Workbook()
    wb.remove(wb.active)
    for sh in sheets:
        ws = wb.create_sheet(sh.name)
        for (r, c), cell in sorted(sh.cells.items()):
            v, x = cell.v, ws.cell(r + 1, c + 1)
            x.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
            if isinstance(v, Num):
                x.value = plain(v)
                x.number_format = v.fmt or "General"
            elif isinstance(v, Date):
                x.value = serial(v)
                x.number_format = v.fmt
            elif isinstance(v, Formula):
                x.value = v.text
                x.number_format = v.fmt or "General"
            elif isinstance(v, Err):
                x.value = v.text
                x.data_type = "e"
            elif isinstance(v, Rich):
                x.value = CellRichText(*[TextBlock(InlineFont(b=i % 2 == 1), t) for i, t in enumerate(v.runs)])
            else:
                x.value = v
                x.data_type = "s"
        for a, b, d, e in sh.merges:
            ws.merge_cells(start_row=a + 1, start_column=b + 1, end_row=d + 1, end_column=e + 1)
        for r in sh.hidden_rows:
            ws.row_dimensions[r + 1].hidden = True
        for c, w in sh.widths.items():
            ws.column_dimensions[column(c)].width = w
        for c in sh.hidden_cols:
            ws.column_dimensions[column(c)].hidden = True
        if getattr(sh, "state", None):
            ws.sheet_state = sh.state
    wb.save(path)
    settle(path)


def xlsxwriter(sheets, path):
    import xlsxwriter as x

    wb = x.Workbook(str(path))
    wb.set_properties({"created": MOMENT})
    fmts = {}

    def f(n, bold=False):
        key = (n, bold)
        if key not in fmts:
            fmts[key] = wb.add_format({"num_format": n or "General", "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1, "bold": bold})
        return fmts[key]

    for sh in sheets:
        ws = wb.add_worksheet(sh.name)
        for a, b, d, e in sh.merges:
            ws.merge_range(a, b, d, e, "", f(None))
        for (r, c), cell in sorted(sh.cells.items()):
            v = cell.v
            if isinstance(v, Num):
                ws.write_number(r, c, plain(v), f(v.fmt))
            elif isinstance(v, Date):
                ws.write_number(r, c, serial(v), f(v.fmt))
            elif isinstance(v, Formula):
                ws.write_formula(r, c, v.text, f(v.fmt), "" if v.cached is None else (plain(v.cached) if isinstance(v.cached, Num) else v.cached))
            elif isinstance(v, Rich):
                ws.write_rich_string(r, c, *[p for i, t in enumerate(v.runs) for p in ((f(None, True), t) if i % 2 else (t,))], f(None))
            elif isinstance(v, Err):
                ws.write_formula(r, c, f"={v.text}", f(None), v.text)
            else:
                ws.write_string(r, c, v, f(None))
        for c in sh.hidden_cols:
            ws.set_column(c, c, None, None, {"hidden": True})
        for r in sh.hidden_rows:
            ws.set_row(r, None, None, {"hidden": True})
    wb.close()
    settle(path)


def xlwt(sheets, path):
    import xlwt as x

    wb = x.Workbook(encoding="utf-8")
    styles = {}

    def style(n):
        if n not in styles:
            styles[n] = x.easyxf("alignment: wrap on, horiz center; borders: left thin, right thin", num_format_str=n or "General")
        return styles[n]

    for sh in sheets:
        ws = wb.add_sheet(sh.name)
        merged = {(a, b): (d, e) for a, b, d, e in sh.merges}
        for (r, c), cell in sorted(sh.cells.items()):
            v = cell.v
            n = getattr(v, "fmt", None)
            if isinstance(v, Num):
                v = plain(v)
            elif isinstance(v, Date):
                v = serial(v)
            elif isinstance(v, Formula):
                v = x.Formula(v.text[1:])
            elif isinstance(v, (Rich, Err)):
                v = str(v)
            if (r, c) in merged:
                d, e = merged[r, c]
                ws.write_merge(r, d, c, e, v, style(n))
            else:
                ws.write(r, c, v, style(n))
        for r in sh.hidden_rows:
            ws.row(r).hidden = True
        for c in sh.hidden_cols:
            ws.col(c).hidden = True
    wb.save(str(path))


def soffice(source, kind, path):
    """LibreOffice turns `source` into `kind` (an extension, or extension:filter:options)."""
    out = WORK / "lo"
    out.mkdir(exist_ok=True)
    src = out / f"in{Path(source).suffix}"
    shutil.copy(source, src)
    ext = kind.split(":")[0]
    made = out / f"in.{ext}"
    if made != src and made.exists():
        made.unlink()
    dest = WORK / "lo_out"
    dest.mkdir(exist_ok=True)
    env = {**os.environ, "SOURCE_DATE_EPOCH": "1709283600", "TZ": "UTC"}
    subprocess.run(["soffice", f"-env:UserInstallation=file://{WORK}/profile", "--headless", "--convert-to", kind, "--outdir", str(dest), str(src)], check=True, capture_output=True, env=env, timeout=180)
    shutil.move(dest / f"in.{ext}", path)
    data = Path(path).read_bytes()
    if data[:2] == b"PK":
        settle(path)
    elif ext in ("html", "fods", "xml"):
        data = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z?", b"2024-03-01T09:00:00", data)
        data = re.sub(rb"<meta:editing-duration>[^<]*<", b"<meta:editing-duration>PT0S<", data)
        Path(path).write_bytes(data)


def libreoffice(sheets, path, kind=None):
    """Through an xlsx of openpyxl, or XlsxWriter where values of formulas matter."""
    tmp = WORK / "lo_source.xlsx"
    openpyxl(sheets, tmp)
    soffice(tmp, kind or Path(path).suffix[1:], path)


SHEETJS = r"""
const X = require('xlsx'), fs = require('fs');
const job = JSON.parse(fs.readFileSync(process.argv[2]));
const wb = X.utils.book_new();
for (const s of job.sheets) {
  const ws = {'!ref': X.utils.encode_range({s: {r: 0, c: 0}, e: {r: s.rows - 1, c: s.cols - 1}}), '!merges': s.merges};
  for (const c of s.cells) { const x = {t: c.t, v: c.v}; if (c.z) x.z = c.z; if (c.f) x.f = c.f; ws[X.utils.encode_cell(c)] = x; }
  X.utils.book_append_sheet(wb, ws, s.name);
}
X.writeFile(wb, job.path, {bookType: job.type, bookSST: job.sst, compression: true});
"""


def sheetjs_home():
    """A folder with SheetJS 0.18.5, installed once into the temporary folder."""
    home = Path(tempfile.gettempdir()) / "corpus-sheetjs"
    if not (home / "node_modules" / "xlsx").exists():
        home.mkdir(exist_ok=True)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "xlsx@0.18.5"], cwd=home, check=True, capture_output=True)
    return home


def sheetjs(sheets, path, kind=None, sst=False):
    home = sheetjs_home()
    out = []
    for sh in sheets:
        rows, cols = sh.size()
        cells = []
        for (r, c), cell in sorted(sh.cells.items()):
            v, x = cell.v, {"r": r, "c": c}
            if isinstance(v, Num):
                x.update(t="n", v=plain(v), z=v.fmt)
            elif isinstance(v, Date):
                x.update(t="n", v=serial(v), z=v.fmt)
            elif isinstance(v, Formula):
                x.update(t="n", v=plain(v.cached), f=v.text[1:], z=v.fmt)
            else:
                x.update(t="s", v=str(v))
            cells.append(x)
        merges = [{"s": {"r": a, "c": b}, "e": {"r": d, "c": e}} for a, b, d, e in sh.merges]
        out.append({"name": sh.name, "rows": rows, "cols": cols, "cells": cells, "merges": merges})
    job = WORK / "job.json"
    job.write_text(json.dumps({"sheets": out, "path": str(path), "type": kind or Path(path).suffix[1:], "sst": sst}))
    script = home / "write.js"
    script.write_text(SHEETJS)
    subprocess.run(["node", str(script), str(job)], cwd=home, check=True, capture_output=True)
    if Path(path).read_bytes()[:2] == b"PK":
        settle(path)


def lines(sh):
    """The sheet as rows of shown text, as a spreadsheet program saves it to CSV."""
    rows, cols = sh.size()
    return [[str(sh.cells[r, c].v) if (r, c) in sh.cells else "" for c in range(cols)] for r in range(rows)]


def quoted(text, sep):
    return '"' + text.replace('"', '""') + '"' if any(x in text for x in (sep, '"', "\n")) else text


def delimited(sheets, path, sep=",", encoding="utf-8", bom=b"", end="\r\n"):
    text = "".join(sep.join(quoted(x, sep) for x in row) + end for sh in sheets for row in lines(sh))
    Path(path).write_bytes(bom + text.encode(encoding))


def pasted(sheets, path, head="", encoding="utf-8", gap="\n\n"):
    """Tab-separated text as a word processor saves tables: no quotes, trailing tabs kept."""
    out = gap.join("\n".join("\t".join(x.replace("\n", " ") for x in row) for row in lines(sh)) for sh in sheets)
    Path(path).write_bytes((head + out + "\n").encode(encoding))


def word(sheets, path, above=2):
    """Each sheet as a Word table; its first `above` filled one-cell rows become paragraphs."""
    from docx import Document

    doc = Document()
    for sh in sheets:
        rows, cols = sh.size()
        by_row = {}
        for (r, c) in sorted(sh.cells):
            by_row.setdefault(r, []).append(c)
        top = 0
        while len(by_row.get(top, [])) <= 1 and top < 5:
            for c in by_row.get(top, []):
                if sh.cells[top, c].role not in ("label", "title", "year"):
                    break
                doc.add_paragraph(str(sh.cells[top, c].v))
            top += 1
            if by_row.get(top, [])[1:] or (by_row.get(top) and sh.cells[top, by_row[top][0]].role not in ("label", "title", "year")):
                break
        t = doc.add_table(rows - top, cols)
        t.style = "Table Grid"
        grid = [[t.cell(r, c) for c in range(cols)] for r in range(rows - top)]
        for a, b, d, e in sh.merges:
            if a >= top:
                grid[a - top][b].merge(grid[d - top][e])
        for (r, c), cell in sorted(sh.cells.items()):
            if r >= top:
                t.cell(r - top, c).text = str(cell.v)
    doc.core_properties.created = doc.core_properties.modified = MOMENT
    doc.save(str(path))
    settle(path)


def spreadsheetml(sheets, path):
    """Excel 2003 XML written by hand, with ss:Index jumps and merges."""
    out = ['<?xml version="1.0" encoding="UTF-8"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:html="http://www.w3.org/TR/REC-html40">\n<Styles><Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style></Styles>\n']
    for sh in sheets:
        rows, _ = sh.size()
        merged = {(a, b): (d - a, e - b) for a, b, d, e in sh.merges}
        out.append(f"<Worksheet ss:Name={quoteattr(sh.name)}><Table>\n")
        for r in range(rows):
            cs = sorted({c for q, c in sh.cells if q == r} | {b for a, b in merged if a == r})
            if not cs:
                continue
            out.append(f'<Row ss:Index="{r + 1}">')
            for c in cs:
                down, across = merged.get((r, c), (0, 0))
                a = f' ss:Index="{c + 1}"' + (f' ss:MergeAcross="{across}"' if across else "") + (f' ss:MergeDown="{down}"' if down else "")
                v = sh.cells[r, c].v if (r, c) in sh.cells else None
                if v is None:
                    out.append(f"<Cell{a}/>")
                elif isinstance(v, Num):
                    pct = ' ss:StyleID="p"' if v.fmt == "0.00%" else ""
                    out.append(f'<Cell{a}{pct}><Data ss:Type="Number">{v.text}</Data></Cell>')
                else:
                    out.append(f'<Cell{a}><Data ss:Type="String">{escape(str(v)).replace(chr(10), "&#10;")}</Data></Cell>')
            out.append("</Row>\n")
        out.append("</Table></Worksheet>\n")
    out.append("</Workbook>\n")
    Path(path).write_text("".join(out), encoding="utf-8")


STRICT = "http://purl.oclc.org/ooxml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def handmade(sheets, path, strict=True, prefix="x:", refs=True, backslash=False):
    """An xlsx zipped by hand: strict namespaces, a prefix on every element, inline and shared texts."""
    main = f"{STRICT}/spreadsheetml/main" if strict else "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = f"{STRICT}/officeDocument/relationships" if strict else "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    p, ns = prefix, f'xmlns:{prefix[:-1]}="{main}"' if prefix else f'xmlns="{main}"'
    shared, files = [], {}
    for n, sh in enumerate(sheets, 1):
        rows, cols = sh.size()
        body = []
        for r in range(rows):
            cs = range(cols) if not refs else sorted(c for q, c in sh.cells if q == r)
            body.append(f"<{p}row>" if not refs else f'<{p}row r="{r + 1}">')
            for k, c in enumerate(cs):
                at = f' r="{ref(r, c)}"' if refs else ""
                v = sh.cells[r, c].v if (r, c) in sh.cells else None
                if v is None:
                    body.append(f"<{p}c/>")
                elif isinstance(v, Num):
                    s = ' s="1"' if v.fmt == "0.00%" else ""
                    body.append(f"<{p}c{at}{s}><{p}v>{v.text}</{p}v></{p}c>")
                elif k % 2:
                    body.append(f'<{p}c{at} t="inlineStr"><{p}is><{p}t xml:space="preserve">{escape(str(v))}</{p}t></{p}is></{p}c>')
                else:
                    body.append(f'<{p}c{at} t="s"><{p}v>{len(shared)}</{p}v></{p}c>')
                    shared.append(str(v))
            body.append(f"</{p}row>")
        m = "".join(f'<{p}mergeCell ref="{ref(a, b)}:{ref(d, e)}"/>' for a, b, d, e in sh.merges)
        files[f"xl/sheets/s{n}.xml"] = f'<{p}worksheet {ns}><{p}sheetData>{"".join(body)}</{p}sheetData>' + (f"<{p}mergeCells>{m}</{p}mergeCells>" if m else "") + f"</{p}worksheet>"
    half = lambda s: (f"<{p}r><{p}t>{escape(s[: len(s) // 2])}</{p}t></{p}r><{p}r><{p}rPr><{p}b/></{p}rPr><{p}t xml:space=\"preserve\">{escape(s[len(s) // 2 :])}</{p}t></{p}r><{p}rPh sb=\"0\" eb=\"1\"><{p}t>pinyin</{p}t></{p}rPh>" if len(s) > 6 and len(s) % 3 == 0 else f'<{p}t xml:space="preserve">{escape(s)}</{p}t>')
    files["xl/sharedStrings.xml"] = f"<{p}sst {ns}>" + "".join(f"<{p}si>{half(s)}</{p}si>" for s in shared) + f"</{p}sst>"
    files["xl/styles.xml"] = f'<{p}styleSheet {ns}><{p}fonts count="1"><{p}font/></{p}fonts><{p}fills count="1"><{p}fill/></{p}fills><{p}borders count="1"><{p}border/></{p}borders><{p}cellXfs count="2"><{p}xf numFmtId="0"/><{p}xf numFmtId="10" applyNumberFormat="1"/></{p}cellXfs></{p}styleSheet>'
    files["xl/workbook.xml"] = f'<{p}workbook {ns} xmlns:r="{rel}"><{p}sheets>' + "".join(f'<{p}sheet name={quoteattr(sh.name)} sheetId="{n}" r:id="rId{n}"/>' for n, sh in enumerate(sheets, 1)) + f"</{p}sheets></{p}workbook>"
    k = len(sheets)
    files["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{PACKAGE}/relationships">' + "".join(f'<Relationship Id="rId{n}" Type="{rel}/worksheet" Target="{"/xl/" if strict else ""}sheets/s{n}.xml"/>' for n in range(1, k + 1)) + f'<Relationship Id="rId{k + 1}" Type="{rel}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId{k + 2}" Type="{rel}/styles" Target="styles.xml"/></Relationships>'
    files["_rels/.rels"] = f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ct = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    files["[Content_Types].xml"] = f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="{ct}worksheet+xml"/><Override PartName="/xl/workbook.xml" ContentType="{ct}sheet.main+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="{ct}sharedStrings+xml"/><Override PartName="/xl/styles.xml" ContentType="{ct}styles+xml"/></Types>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name in reversed(files):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            z.writestr(info, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + files[name])
