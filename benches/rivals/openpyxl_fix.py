"""The forms of a folder to official workbooks with openpyxl: what a good script of one's own does.

python3 benches/rivals/openpyxl_fix.py INPUTS OUT JOBS

Reads by labels and merged regions, computes rate, points and total with decimals, writes the official sheet with
merges, borders, formulas and print set-up, and a summary of all forms. Styles are made once, cells are written once,
files are spread over JOBS processes: nothing here is slow on purpose. It reads only forms that are laid out well, checks
nothing, and Excel computes its formulas on opening.
"""

import os
import re
import sys
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from multiprocessing import Pool
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, Side

SPACE = re.compile(r"\s+")
POINTS = re.compile(r"[(（]\d+分[)）]$")
MONEY = ["年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"]
COLUMNS = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"]
ITEMS = ["年度资金总额", "本年财政拨款", "上年结转资金", "其他资金"]

SIDE = Side(style="thin")
BORDER = Border(left=SIDE, right=SIDE, top=SIDE, bottom=SIDE)
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
TITLE, YEAR, BODY = (Font(name="宋体", size=size) for size in (16, 11, 9))
WIDTHS = [6, 9.6, 16.6, 9.6, 9.6, 12, 10.6, 7, 7, 12.6]


def key(value):
    return POINTS.sub("", SPACE.sub("", str(value))).rstrip("：:") if value is not None else ""


def number(value):
    try:
        return Decimal(str(value).replace(",", "").strip())
    except InvalidOperation:
        return None


def rounded(value, places="0.01"):
    return value.quantize(Decimal(places), rounding=ROUND_HALF_UP)


def read(path):
    """The form of a file by its labels."""
    sheet = load_workbook(path).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    form = {"head": {}, "funding": [], "goal": {}, "indicators": [], "title": "", "year": ""}
    money = columns = goals = None
    for row in rows:
        cells = [(at, value, key(value)) for at, value in enumerate(row) if value not in (None, "")]
        words = {word: at for at, _, word in cells}
        if not cells:
            continue
        if "三级指标" in words:
            columns, money, goals = {word: at for word, at in words.items() if word in COLUMNS}, None, None
        elif "全年预算数" in words and "全年执行数" in words:
            money = {word: at for word, at in words.items() if word in MONEY}
        elif "预期目标" in words and "实际完成情况" in words:
            goals, money = (words["预期目标"], words["实际完成情况"]), None
        elif "总分" in words or "合计" in words:
            columns = None
        elif columns:
            form["indicators"].append({word: row[at] for word, at in columns.items()})
        elif money:
            label = next((word for _, _, word in cells if any(item in word for item in ITEMS)), None)
            if label:
                form["funding"].append((label, {word: row[at] for word, at in money.items()}))
        elif goals:
            form["goal"] = {"expected": row[goals[0]], "actual": row[goals[1]]}
            goals = None
        elif any(word in ("项目名称", "主管部门", "实施单位") for word in words):
            for (_, _, word), (_, value, _) in zip(cells, cells[1:]):
                if word in ("项目名称", "主管部门", "实施单位"):
                    form["head"][word] = value
        elif "自评表" in cells[0][2]:
            form["title"] = cells[0][1]
        elif "年度" in cells[0][2]:
            form["year"] = cells[0][1]
    return form


def score(form):
    """Rate and points of the funding, points of the indicators, total."""
    total = None
    if form["funding"]:
        row = form["funding"][0][1]
        budget, spent = number(row.get("全年预算数")), number(row.get("全年执行数"))
        if budget and spent is not None:
            row["执行率"] = rounded(spent / budget, "0.0001")
            row["得分"] = total = rounded(min(Decimal(10), 10 * spent / budget))
    for row in form["indicators"]:
        weight, points = number(row.get("分值")), number(row.get("得分"))
        target = re.match(r"([≥≤=>＜<]?)\s*([\d.]+)(.*)", str(row.get("年度指标值") or ""))
        actual = re.match(r"[≥≤=><]?\s*([\d.]+)", str(row.get("实际完成值") or ""))
        if points is None and weight is not None and target and actual:
            sign, wanted, done = target[1], Decimal(target[2]), Decimal(actual[1])
            if sign in "≤<＜" and sign:
                share = 1 if done <= wanted else max(0, 1 - (done - wanted) / wanted) if wanted else 0
            else:
                share = min(1, done / wanted) if wanted else 1
            row["得分"] = points = rounded(weight * share)
        if points is not None and total is not None:
            total += points
    form["total"] = total
    return form


def put(sheet, row, left, right, value, align=CENTRED, font=BODY, border=BORDER, format=None, bottom=None):
    for line in range(row, (bottom or row) + 1):
        for col in range(left, right + 1):
            cell = sheet.cell(line, col)
            cell.border = border
    cell = sheet.cell(row, left)
    if isinstance(value, str) and value.startswith("=") and not value.startswith("=IF("):
        cell.value, cell.data_type = value, "s"
    else:
        cell.value = value
    cell.alignment, cell.font = align, font
    if format:
        cell.number_format = format
    if right > left or (bottom or row) > row:
        sheet.merge_cells(start_row=row, start_column=left, end_row=bottom or row, end_column=right)


def height(text, chars):
    text = str(text or "")
    return max(1, sum(-(-len(line) // chars) for line in text.split("\n"))) * 13 + 6


def write(form, path):
    """The official sheet."""
    book = Workbook()
    sheet = book.active
    sheet.title = re.sub(r"[\[\]:*?/\\]", "_", str(form["head"].get("项目名称") or "自评表"))[:31]
    for at, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDEFGHIJ"[at]].width = width
    none = Border()
    put(sheet, 1, 1, 10, "附件：", LEFT, BODY, none)
    put(sheet, 2, 1, 10, form["title"], CENTRED, TITLE, none)
    put(sheet, 3, 1, 10, form["year"], CENTRED, YEAR, none)
    head = form["head"]
    put(sheet, 4, 1, 2, "项目名称"), put(sheet, 4, 3, 10, head.get("项目名称"))
    put(sheet, 5, 1, 2, "主管部门"), put(sheet, 5, 3, 5, head.get("主管部门"))
    put(sheet, 5, 6, 6, "实施单位"), put(sheet, 5, 7, 10, head.get("实施单位"))
    row = 6 + len(form["funding"])
    put(sheet, 6, 1, 2, "项目资金\n(万元)", bottom=row)
    put(sheet, 6, 3, 3, None)
    for at, label in enumerate(MONEY):
        put(sheet, 6, 4 + at, 4 + at + (label == "得分"), label)
    for at, (label, line) in enumerate(form["funding"], 7):
        put(sheet, at, 3, 3, label)
        for col, name in enumerate(MONEY[:3], 4):
            value = number(line.get(name))
            put(sheet, at, col, col, None if value is None else float(value))
        first = at == 7
        put(sheet, at, 7, 7, 10 if first else "—")
        put(sheet, at, 8, 8, '=IF(N(E7)<=0,"",ROUND(F7/E7,4))' if first else None, format="0.00%")
        put(sheet, at, 9, 10, '=IF(N(E7)<=0,"",MAX(0,MIN(G7,ROUND(G7*F7/E7,2))))' if first else None, format="0.00")
    row += 1
    put(sheet, row, 1, 1, "年度总体目标", bottom=row + 1)
    put(sheet, row, 2, 5, "预期目标"), put(sheet, row, 6, 10, "实际完成情况")
    for left, right, side in ((2, 5, "expected"), (6, 10, "actual")):
        put(sheet, row + 1, left, right, form["goal"].get(side), LEFT)
    sheet.row_dimensions[row + 1].height = max(height(text, 22) for text in form["goal"].values()) if form["goal"] else 20
    row += 2
    last = row + len(form["indicators"]) + 1
    put(sheet, row, 1, 1, "绩效指标", bottom=last)
    for label, left, right in zip(COLUMNS, (2, 3, 4, 6, 7, 8, 9, 10), (2, 3, 5, 6, 7, 8, 9, 10)):
        put(sheet, row, left, right, label)
    lines = form["indicators"]
    for name, col in (("一级指标", 2), ("二级指标", 3)):
        at = 0
        while at < len(lines):
            end = at + 1
            while end < len(lines) and lines[end].get(name) in (None, ""):
                if name == "二级指标" and lines[end].get("一级指标"):
                    break
                end += 1
            put(sheet, row + 1 + at, col, col, lines[at].get(name), bottom=row + end)
            at = end
    for at, line in enumerate(lines, row + 1):
        put(sheet, at, 4, 5, line.get("三级指标"))
        put(sheet, at, 6, 6, line.get("年度指标值")), put(sheet, at, 7, 7, line.get("实际完成值"))
        for col, name in ((8, "分值"), (9, "得分")):
            value = number(line.get(name))
            put(sheet, at, col, col, None if value is None else float(value), format="0.00")
        put(sheet, at, 10, 10, line.get("偏差原因分析及改进措施"), LEFT)
        sheet.row_dimensions[at].height = max(height(line.get("三级指标"), 10), height(line.get("年度指标值"), 7))
    put(sheet, last, 2, 7, "总分"), put(sheet, last, 8, 8, 100)
    put(sheet, last, 9, 9, f'=IF(COUNT(I{row + 1}:I{last - 1})=0,"",ROUND(SUM(I{row + 1}:I{last - 1},I7),2))', format="0.00")
    put(sheet, last, 10, 10, None)
    sheet.page_setup.paperSize, sheet.page_setup.orientation = 9, "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.print_area = f"A1:J{last}"
    part = path.with_name(f".{path.name}.tmp")
    book.save(part)
    with open(part, "rb") as file:
        os.fsync(file.fileno())
    os.replace(part, path)


def fix(job):
    source, target = job
    form = score(read(source))
    write(form, target)
    row = form["funding"][0][1] if form["funding"] else {}
    return [form["head"].get("项目名称"), row.get("全年预算数"), row.get("全年执行数"), row.get("执行率"), form["total"], source.name]


def main():
    inputs, out, jobs = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    work = [(path, out / path.name) for path in sorted(inputs.glob("*.xlsx"))]
    book = Workbook(write_only=True)
    sheet = book.create_sheet("汇总")
    sheet.append(["项目名称", "全年预算数", "全年执行数", "执行率", "总分", "来源文件"])
    with Pool(jobs) as pool:
        for line in pool.imap(fix, work, chunksize=8):
            sheet.append(line)
    book.save(out / "汇总.xlsx")


if __name__ == "__main__":
    main()
