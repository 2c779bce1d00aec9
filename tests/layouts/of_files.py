"""Several forms in a file, forms in two parts, and the formats that cut them."""

import copy
from xml.sax.saxutils import escape

from layouts import Sheet
from page import Page, columns, layout, say
from said import PIPES, SCHOOL


def whole(p):
    p.start()
    p.table()
    return p


@layout
def two_below_each_other(p):
    """The second form has no title and no year; both begin with the authority"""
    q = Page(SCHOOL, p.sh)
    p.title()
    for x in (p, q):
        x.r = max(p.r, x.r)
        x.bodies()
        x.project()
        x.funding()
        x.rest()
        p.r = x.r + 1
    q.form.title, q.form.year, q.told = None, None, "S03"
    return [p, q]


@layout
def two_with_lines_above(p):
    """附件, year, title, unit of money and a person belong to each form; the second is in 元"""
    q = Page(SCHOOL, p.sh)
    for x, unit, times in ((p, "万元", 1), (q, "元", 10000)):
        x.r = max(p.r, x.r)
        name = x.form.unit[1]
        x.line((0, "附件2", 9))
        x.line((0, f"{x.form.year}年度", 9))
        x.line((0, x.form.title, 9))
        x.line(say(0, f"填报单位：{name}综合科", 4, [f"{name}综合科"]), (5, f"单位：{unit}", 9))
        x.head(title=False)
        x.funding(block="项目资金", times=times)
        x.rest()
        x.line(say(0, f"填报人：{name[-2:]}甲", 3, [f"{name[-2:]}甲"]), say(4, f"联系电话：0555-{times}", None, [f"0555-{times}"]))
        p.r = x.r + 2
    return [p, q]


@layout
def two_beside_each_other(p):
    """Two forms side by side, a blank column between"""
    return [whole(p), whole(Page(SCHOOL, p.sh, left=11))]


@layout
def four_in_a_grid(p):
    """Two rows of two forms, no blank column between; each column is read down"""
    places = [(PIPES, 0, 0), (SCHOOL, 24, 0), (SCHOOL, 0, 10), (PIPES, 24, 10)]
    pages = [p] + [Page(form, p.sh, top, left) for form, top, left in places[1:]]
    for n, x in enumerate(pages, 1):
        x.form.project += f"（第{n}期）"
        whole(x)
    return pages


@layout
def two_sheets_one_form(p):
    """The indicators stand on a second sheet without a title"""
    p.sh.name = "基本情况"
    p.start()
    p.next_sheet("指标")
    p.table()


@layout
def two_sheets_indicators_go_on(p):
    """The indicators go on on a second sheet under their header again"""
    p.sh.name = "正面"
    p.start()
    rows = p.form.indicators
    p.part(columns(), rows[:4])
    p.next_sheet("背面")
    p.sum(p.part(columns(), rows[4:]))


@layout
def hidden_sheet(p):
    """The form of another year stands on a hidden sheet and is read, too"""
    q = Page(PIPES, Sheet("上年"))
    q.form.year = 2022
    q.sh.state = "hidden"
    return [whole(p), whole(q)]


def cut(sh, row):
    """A sheet in two at a row, merges cut with it, as programs do at the end of a page."""
    above, below = Sheet("Table 1"), Sheet("Table 2")
    for (r, c), v in sh.cells.items():
        (above if r < row else below).cells[r if r < row else r - row, c] = copy.copy(v)
    for a, b, d, e in sh.merges:
        if a < row:
            above.merges.append((a, b, min(d, row - 1), e))
        if d >= row:
            below.merges.append((max(a - row, 0), b, d - row, e))
    return [above, below]


@layout
def cut_before_total(p):
    """A page ends among the indicators: two sheets, the second without any header"""
    whole(p)
    p.sheets = cut(p.sh, p.r - 3)


@layout
def cut_word_before_total(p):
    """The same in Word: two tables"""
    whole(p)
    p.sheets, p.suffix = cut(p.sh, p.r - 3), ".docx"


@layout
def cut_word_after_head(p):
    """Word: the head is a table, everything below it another"""
    whole(p)
    p.sheets, p.suffix = cut(p.sh, 4), ".docx"


@layout
def cut_web_page(p):
    """A web page of two tables, cut among the indicators"""
    whole(p)
    p.sheets, p.suffix = cut(p.sh, p.r - 3), ".html"


def web_page(sheets, path):
    """One table a sheet."""
    out = ['<html><head><meta charset="utf-8"></head><body>\n']
    for sh in sheets:
        rows, cols = sh.size()
        spans = {(a, b): (d - a + 1, e - b + 1) for a, b, d, e in sh.merges}
        covered = {(r, c) for a, b, d, e in sh.merges for r in range(a, d + 1) for c in range(b, e + 1)} - set(spans)
        out.append("<table border=1>\n")
        for r in range(rows):
            out.append("<tr>")
            for c in sorted({*range(cols)} - {c for q, c in covered if q == r}):
                down, across = spans.get((r, c), (1, 1))
                text = escape(str(sh.cells[r, c].v)).replace("\n", "<br>") if (r, c) in sh.cells else ""
                out.append(f'<td rowspan="{down}" colspan="{across}">{text}</td>')
            out.append("</tr>\n")
        out.append("</table><br>\n")
    path.write_text("".join([*out, "</body></html>\n"]), encoding="utf-8")
