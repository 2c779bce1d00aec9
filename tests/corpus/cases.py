"""The cases: file, story, program, sheets, and what a careful person reads off them."""

import copy
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import forms as F
import layouts as L
import noise as N
import writers as W
from forms import Date, Err, Form, Formula, Fund, Ind, Num, Rich
from layouts import Cell, Sheet

CASES = []

ORG = {
    "openpyxl": W.openpyxl,
    "XlsxWriter": W.xlsxwriter,
    "xlwt": W.xlwt,
    "LibreOffice": W.libreoffice,
    "SheetJS": W.sheetjs,
    "python-docx": W.word,
    "by hand": None,
}

# Programs whose files carry no name of a sheet.
NAMELESS = (".csv", ".tsv", ".txt", ".html", ".htm", ".docx")


@dataclass
class Case:
    file: str
    story: str
    program: str
    build: object
    sheets: object
    forms: object

    def write(self, path):
        self.build(self.sheets(), path)

    def answers(self):
        out = []
        for a in self.forms():
            a = copy.deepcopy(a)
            sheet = a.pop("sheet")
            if self.file.endswith(NAMELESS) or getattr(self, "nameless", False):
                sheet = None
            out.append({"file": self.file, "sheet": sheet, **a})
        return out


def text(v):
    return None if v is None or str(v).strip() in BLANK else str(v)


BLANK = ("", "—", "/", "*", "@@@")


def answer(form, sheet="Sheet1", extra=(), drop=(), **over):
    """The golden form; `drop` names indicator or funding fields that have no column."""

    def org(o):
        return {"code": o[0], "name": o[1]}

    funding = [
        {
            "item": f.item,
            "initial": f.initial,
            "budget": f.budget,
            "executed": f.executed,
            "weight": None if "fund_weight" in drop else text(f.weight),
            "rate_as_written": text(f.rate),
            "score_as_written": None if "fund_score" in drop else text(f.score),
        }
        for f in form.funding
    ]
    inds = []
    for i in form.indicators:
        d = {k: text(getattr(i, k)) for k in ("level1", "level1_weight", "level2", "level3", "target", "actual", "weight", "score", "deviation")}
        for k in drop:
            if k in d:
                d[k] = None
        inds.append(d)
    a = {
        "sheet": sheet,
        "title": form.title,
        "year": form.year,
        "project": form.project,
        "authority": org(form.authority),
        "unit": org(form.unit),
        "funding": funding,
        "goal": {"expected": text(form.goal[0]), "actual": text(form.goal[1])},
        "indicators": inds,
        "total": {"weight": text(form.total[0]), "score": text(form.total[1])},
        "extra": [{"label": l, "text": t} for l, t in extra],
    }
    a.update(over)
    return a


def joined(form, op=None):
    """A form of three target columns with its targets in one."""
    form = copy.deepcopy(form)
    for i in form.indicators:
        if i.target:
            i.target = "".join(str(i.target).split("/", 2))
            for a, b in (op or {}).items():
                i.target = i.target.replace(a, b)
    return form


def case(file, story, program, sheets, forms, build=None):
    """`sheets` makes the sheets, `forms` the golden answers; both are called late."""
    one = lambda x: x if isinstance(x, list) else [x]
    CASES.append(Case(file, story, program, build or ORG[program], lambda: one(sheets()), lambda: one(forms())))


def readme():
    return README + "".join(f"| {c.file} | {c.program} | {c.story} |\n" for c in CASES)


README = """# Forms made by other programs

Invented forms, fully filled in, laid out as different places do, written by programs that are not ours, each file with one story.
They try a reader that finds fields by labels. `files/` holds the inputs, `golden/<file name>.json` what a careful person reads
off each (a list of forms, in the order of the sheets, then from top to bottom, then from left to right). An empty list: no form.

`python3 tests/corpus/make.py` makes all of it again (`forms.py` what the forms say, `layouts.py` where places put it, `noise.py` what
happens on the way, `writers.py` the programs, `cases.py` the list). The tests read the committed files; they need no Python.

How to compare with `export --as-submitted`:

- text: white space is ignored; `null` = blank (`—` `/` `*` `@@@` alone are blank);
- `year`: a number; amounts, weights, scores: as decimals (`"10.00"` = `10`); `rate_as_written` with `%` is divided by 100, and a stored quotient with more digits is first rounded to the digits printed there; a number that cannot be read is its text (`#REF!`);
- a formula without stored value is `null`; `level1`, `level2` and funding `item` are canonical and filled down;
- `target` of a form with operator, value and unit in three columns is the three joined;
- `money_unit` is there only where the form is not in 万元 (amounts stay as typed);
- `sheet` is `null` where the file has no sheet name (text, HTML, Word): nothing to compare for the last two;
- `extra`: each `text` must occur within the label and text of some extra; more extras than listed are allowed only for HTML and Word.

Judgements a reader may be measured against but a person could make otherwise: 中央补助 and 一般公共预算 are the names of two places for
本年财政拨款 (domain list of labels); 服务对象满意度指标 stays what it is; a project written `code-name` stays whole; a level 1 without a level 2
has `level2` null; a number cell with thousands separators reads without them.

| file | made by | story |
|---|---|---|
"""

# ---- layouts ---------------------------------------------------------------

MORE = list(F.WETLAND.more.items())
TAIL = [("填报人", "顾小满"), ("联系电话", "0888-5550123"), ("填报日期", "2024年2月27日")]
SC = [("报表编号", "SC-0388-17"), ("金额单位", "万元"), ("原因", "年末质保金未到支付节点"), ("评价结论", "项目总体完成较好，自评等次为优。"), ("存在问题", "个别公厕选址论证不足。"), ("改进措施", "下一年度提前开展选址公示。"), ("项目负责人", "钟一鸣"), ("财务负责人", "白若溪")]
HB = [("填报日期", "2024年3月5日"), ("项目类别", "1、部门预算项目☑ 2、直达专项□ 3、转移支付□"), ("项目属性", "1、持续性项目☑ 2、新增性项目□"), ("项目类型", "1、常年性项目☑ 2、延续性项目□ 3、一次性项目□"), ("偏差大或目标未完成原因分析", "两场展演因场馆检修取消。"), ("改进措施及结果应用方案", "建立备用场地清单，结果用于下年度预算安排。"), ("备注", "1.预算执行情况口径：预算数为调整后财政资金总额。2.定量指标完成数汇总原则：绝对值直接累加计算。3.其他说明。")]


def yc_answer():
    extra = [("评分标准", i.deviation) for i in F.YINCHUAN.indicators]
    return answer(F.YINCHUAN, extra=extra, drop=("deviation",))


def sc_answer():
    return answer(joined(F.SPLIT), extra=SC, project="51030023Y000009-" + F.SPLIT.project)


def hb_answer():
    return answer(F.HUBEI, extra=HB, drop=("weight", "deviation"))


def sh_answer(form=F.YUAN, **k):
    return {**answer(form, **k), "money_unit": "元"}


def shanghai_sheet():
    sh = L.shanghai(F.YUAN)
    sh.put(2, 0, "(2023年度)", "year")
    return sh


def without_levels(form):
    """The same form with no points printed beside level 1."""
    form = copy.deepcopy(form)
    for i in form.indicators:
        i.level1_weight = None
    return form


case("layout_anhui.xlsx", "Anhui, 10 columns, every column filled with something else", "openpyxl", lambda: L.anhui(F.BRIDGE), lambda: answer(F.BRIDGE))
case("layout_anhui_numbers.xlsx", "Anhui; completed values are number cells", "openpyxl", lambda: L.anhui(F.LIBRARY), lambda: answer(F.LIBRARY))
case("layout_anhui_25_indicators.xlsx", "Anhui; 25 indicators, targets in words (不低于, 以上, 约)", "openpyxl", lambda: L.anhui(F.TRAIN), lambda: answer(F.TRAIN))
case("layout_anhui_cost_level1.xlsx", "成本指标 as a level 1; a goal of four paragraphs; `=205人`", "openpyxl", lambda: L.anhui(F.COST), lambda: answer(F.COST))
case("layout_anhui_no_level2.xlsx", "a level 1 without level 2", "openpyxl", lambda: L.anhui(F.MEAL), lambda: answer(F.MEAL))
case("layout_anhui_code_project.xlsx", "project as code-name, 19 indicators, completed values with thousands separators", "openpyxl", lambda: L.anhui(F.DATA), lambda: answer(F.DATA))
case("layout_anhui_2025.xlsx", "Anhui since 2025: 专项债券资金 and two more header rows", "openpyxl", lambda: L.anhui2025(F.WETLAND), lambda: answer(F.WETLAND, extra=MORE))
case("layout_central.xlsx", "central, 11 columns", "openpyxl", lambda: L.central(F.LIBRARY), lambda: answer(F.LIBRARY))
case("layout_city_ab.xlsx", "a city's (A)/(B) form with 中央补助 and a tail line", "openpyxl", lambda: L.city_ab(F.FOREST), lambda: answer(F.FOREST, extra=TAIL))
case("layout_shanghai.xlsx", "上海: 元 with thousands separators", "openpyxl", shanghai_sheet, sh_answer)
case("layout_hefei.xlsx", "合肥: one funding row without 分值 and 得分", "openpyxl", lambda: L.hefei(F.PLAN), lambda: answer(F.PLAN))
case("layout_sichuan.xlsx", "四川: operator, value, unit in three columns; tail fields", "openpyxl", lambda: L.sichuan(without_levels(F.SPLIT)), lambda: answer(without_levels(joined(F.SPLIT)), extra=SC, project="51030023Y000009-" + F.SPLIT.project))
case("layout_yunnan.xlsx", "云南: three columns under 年度指标值, `﹦` U+FE66, a header of two rows", "openpyxl", lambda: L.yunnan(without_levels(F.SPLIT)), lambda: answer(without_levels(joined(F.SPLIT, {"=": "﹦"})), extra=[("其他需要说明的事项", "两座公厕因选址调整顺延。")]))
case("layout_yinchuan.xlsx", "银川: level-1 words of its own, 考核分值, 评分标准", "openpyxl", lambda: L.yinchuan(F.YINCHUAN), yc_answer)
case("layout_hubei.xlsx", "湖北: no 分值 column, points in labels, two blocks of goals, notes", "openpyxl", lambda: L.hubei(F.HUBEI), hb_answer)


# ---- programs --------------------------------------------------------------


def plainly(file, story, program, form, lay=L.anhui, build=None, extra=(), **k):
    case(file, story, program, lambda: lay(form, **k), lambda: answer(form, extra=extra), build)


def nameless():
    CASES[-1].nameless = True


def live(sh, cached):
    """Rate, funding score and total as formulas, with or without their stored value."""
    (r, c), (r2, c2) = sh.of("fund_rate")[0], sh.of("fund_score")[0]
    top, total = sh.of("score")[0], sh.of("total_score")[0]
    last = sh.of("score")[-1]
    at = W.ref
    keep = lambda k: sh.cells[k].v if cached else None
    sh.cells[r, c].v = Formula(f"={at(r, c - 2)}/{at(r, c - 3)}", keep((r, c)), "0.00%")
    sh.cells[r2, c2].v = Formula(f"=ROUND({at(r, c)}*{at(r, c - 1)},2)", keep((r2, c2)), "0.00")
    sh.cells[total].v = Formula(f"=SUM({at(*top)}:{at(*last)})+{at(r2, c2)}", keep(total), "0.00")
    return sh


plainly("prog_xlsxwriter.xlsx", "Anhui, 19 indicators", "XlsxWriter", F.DATA)
plainly("prog_xlsxwriter_central.xlsx", "central", "XlsxWriter", F.AIRPORT, L.central)
plainly("prog_xlwt.xls", "Anhui as BIFF8", "xlwt", F.PUMP)
plainly("prog_xlwt_central.xls", "central as BIFF8, numbers as completed values", "xlwt", F.LIBRARY, L.central)
case("prog_xlwt_sichuan.xls", "四川 as BIFF8", "xlwt", lambda: L.sichuan(without_levels(F.SPLIT)), lambda: answer(without_levels(joined(F.SPLIT)), extra=SC, project="51030023Y000009-" + F.SPLIT.project))
plainly("prog_libreoffice.ods", "central", "LibreOffice", F.FOREST, L.central)
plainly("prog_libreoffice.xls", "Anhui; goals of four paragraphs", "LibreOffice", F.COST)
plainly("prog_libreoffice.xlsx", "Anhui saved again", "LibreOffice", F.ELDER)
plainly("prog_libreoffice.html", "Anhui as a web page", "LibreOffice", F.ELDER)
plainly("prog_libreoffice.csv", "Anhui; a cell of two lines in quotes", "LibreOffice", F.LIBRARY, build=partial(W.libreoffice, kind='csv:Text - txt - csv (StarCalc):44,34,76,1'))
plainly("prog_libreoffice.fods", "flat OpenDocument", "LibreOffice", F.SMALL)
plainly("prog_sheetjs.xlsx", "Anhui with shared strings", "SheetJS", F.BRIDGE, build=partial(W.sheetjs, sst=True))
plainly("prog_sheetjs.xlsb", "binary workbook", "SheetJS", F.PUMP)
plainly("prog_sheetjs.ods", "central", "SheetJS", F.AIRPORT, L.central)
plainly("prog_sheetjs.xls", "BIFF8, 25 indicators", "SheetJS", F.TRAIN, build=partial(W.sheetjs, kind="biff8"))
plainly("prog_sheetjs.html", "a web page", "SheetJS", F.FIRE)
plainly("prog_sheetjs.csv", "UTF-8 without mark", "SheetJS", F.COST)
plainly("prog_sheetjs_2003.xml", "Excel 2003 XML", "SheetJS", F.MEAL, build=partial(W.sheetjs, kind="xlml"))
plainly("prog_sheetjs_unicode.txt", "UTF-16LE text with tabs", "SheetJS", F.SMALL, build=partial(W.sheetjs, kind="txt"))
plainly("prog_sheetjs_html_as.xls", "a web page under the name .xls", "SheetJS", F.AIRPORT, build=partial(W.sheetjs, kind="html"))
nameless()
plainly("prog_docx.docx", "Anhui as a Word table; title and year are paragraphs", "python-docx", F.COST)
plainly("prog_docx_central.docx", "central as a Word table", "python-docx", F.FIRE, L.central)
case("prog_docx_two.docx", "two forms in one Word file", "python-docx", lambda: [L.anhui(F.SMALL), L.anhui(F.ELDER)], lambda: [answer(F.SMALL), answer(F.ELDER)])
plainly("prog_gb18030.csv", "CSV as Excel saves it in China", "by hand", F.FOREST, build=partial(W.delimited, encoding="gb18030"))
plainly("prog_utf16le.csv", "CSV in UTF-16LE with mark", "by hand", F.PUMP, build=partial(W.delimited, encoding="utf-16-le", bom=b"\xff\xfe"))
plainly("prog_utf16le.tsv", "Unicode text as Excel saves it", "by hand", F.DATA, build=partial(W.delimited, sep="\t", encoding="utf-16-le", bom=b"\xff\xfe"))
plainly("prog_gb18030.tsv", "GB18030 text with tabs", "by hand", F.MEAL, build=partial(W.delimited, sep="\t", encoding="gb18030"))
plainly("prog_utf8_bom.csv", "CSV UTF-8 with mark, line ends of Unix", "by hand", F.AIRPORT, L.central, build=partial(W.delimited, bom=b"\xef\xbb\xbf", end="\n"))
plainly("prog_semicolon.csv", "CSV with semicolons", "by hand", F.SMALL, build=partial(W.delimited, sep=";", bom=b"\xef\xbb\xbf"))
plainly("prog_tabs_as.xls", "GB18030 text with tabs under the name .xls", "by hand", F.FIRE, build=partial(W.delimited, sep="\t", encoding="gb18030"))
nameless()
plainly("prog_2003.xml", "Excel 2003 XML with ss:Index jumps", "by hand", F.PUMP, build=W.spreadsheetml)
plainly("prog_2003_as.xls", "Excel 2003 XML under the name .xls, central", "by hand", F.FOREST, L.central, build=W.spreadsheetml)
plainly("prog_strict.xlsx", "strict namespaces, `x:` on every element, runs and phonetics in shared texts", "by hand", F.BRIDGE, build=W.handmade)
plainly("prog_no_refs.xlsx", "cells and rows without references, no prefix", "by hand", F.COST, build=partial(W.handmade, strict=False, prefix="", refs=False))
plainly("prog_xlsx_as.xls", "an xlsx under the name .xls", "openpyxl", F.ELDER)

# ---- noise -----------------------------------------------------------------


def noisy(file, story, form, change, program="openpyxl", said=None, extra=(), build=None, lay=L.anhui, over=None, **k):
    """A case of one sheet: `change` alters the sheet (or gives another), `said` alters the form it says."""

    def sheets():
        sh = lay(form, **k)
        return change(sh) or sh

    def forms():
        f = copy.deepcopy(form)
        if said:
            said(f)
        return answer(f, extra=extra, **(over or {}))

    case(file, story, program, sheets, forms, build)


def notes(sh):
    sh = N.offset(sh, 4, 2)
    sh.put(0, 0, "报送单位：桥隧科（盖章）", "extra")
    sh.put(1, 3, "请于3月15日前报送", "extra")
    rows, cols = sh.size()
    sh.put(8, cols + 1, "已与决算核对", "extra")
    sh.put(rows + 1, 3, "注：本表一式两份。", "extra")
    sh.put(rows + 2, 2, "审核人", "extra")
    sh.put(rows + 2, 3, "陆长风", "extra")
    return sh


NOTES = [("报送单位", "桥隧科（盖章）"), (None, "请于3月15日前报送"), (None, "已与决算核对"), (None, "本表一式两份。"), ("审核人", "陆长风")]
noisy("noise_offset.xlsx", "the form starts in C5", F.PUMP, lambda sh: N.offset(sh, 4, 2))
noisy("noise_notes_around.xlsx", "the form starts in C5; notes above, beside and below", F.BRIDGE, notes, extra=NOTES)
noisy("noise_merges_lost.xlsx", "no merged cells at all", F.FOREST, N.unmerged)
noisy("noise_merges_lost_central.xls", "central, no merged cells", F.ELDER, N.unmerged, "xlwt", lay=L.central)
noisy("noise_merges_repeated.xlsx", "the value of a merged region stands in each of its cells", F.BRIDGE, N.repeated, "XlsxWriter")
noisy("noise_merges_repeated.csv", "the same as CSV, as a query exports it", F.COST, N.repeated, "by hand", build=partial(W.delimited, bom=b"\xef\xbb\xbf"))
noisy("noise_labels_spaced.xlsx", "labels with blanks, line breaks, no-break spaces inside", F.DATA, lambda sh: N.renamed(sh, N.spaced))
noisy("noise_labels_full_width.xls", "full-width brackets, colons after every label", F.AIRPORT, lambda sh: N.renamed(N.renamed(sh, lambda t: t.replace("(", "（").replace(")", "）").replace("50", "５０").replace("30", "３０").replace("10", "１０")), lambda t: t if t.endswith(("：", "度）")) else t + "：", ("label", "item")), "xlwt", year="（２０２４年度）")


def full_width(f):
    for i in f.indicators:
        i.target = N.wide(str(i.target)) if i.target else None
        i.actual = N.wide(str(i.actual)) if i.actual else None


def wide_numbers(sh):
    for k, c in sh.cells.items():
        if isinstance(c.v, Num) or c.role in ("target", "actual"):
            c.v = N.wide(str(c.v))


def as_text(sh, change, roles):
    for k in sh.of(*roles):
        if isinstance(sh.cells[k].v, Num):
            sh.cells[k].v = change(sh.cells[k].v)


MONEY = ("fund_initial", "fund_budget", "fund_executed")
noisy("noise_full_width_numbers.xlsx", "all numbers typed in full width", F.FOREST, wide_numbers, said=full_width)
noisy("noise_thousands_text.xlsx", "amounts as texts with thousands separators", F.MEAL, lambda sh: as_text(sh, lambda v: f"{float(v.text):,.3f}".rstrip("0").rstrip("."), MONEY))
noisy("noise_thousands_wide_comma.csv", "amounts with full-width commas", F.BRIDGE, lambda sh: as_text(sh, lambda v: f"{float(v.text):,.2f}".replace(",", "，"), MONEY), "by hand", build=partial(W.delimited, encoding="gb18030"))
noisy("noise_rate_text.xlsx", "rates as texts such as 95.95%", F.MEAL, lambda sh: as_text(sh, str, ("fund_rate",)))
noisy("noise_rate_in_percent.xlsx", "rates as 96.5 under 执行率(%)", F.BRIDGE, lambda sh: as_text(sh, lambda v: Num(str(v)[:-1]), ("fund_rate",)), fund_names={"rate": "执行率(%)"})


def fractions(f):
    for x in f.funding:
        x.rate = x.rate and str(W.Decimal(x.rate[:-1]) / 100)


noisy("noise_rate_fraction.xlsx", "rates as 0.96 without a per-cent format", F.BRIDGE, lambda sh: as_text(sh, lambda v: Num(v.text), ("fund_rate",)), said=fractions)


def unit_line(sh):
    sh.put(2, 9, "单位：元", "label")
    sh.merges = [m for m in sh.merges if m[0] != 2] + [(2, 0, 2, 8)]


case("noise_yuan_line.xlsx", "元 printed at the right above the table only", "openpyxl", lambda: [unit_line(s) or s for s in [L.anhui(F.YUAN, 项目资金="项目资金")]], lambda: sh_answer())
case("noise_yuan_text.xls", "元 with amounts as texts such as 1284500元", "xlwt", lambda: [as_text(s, lambda v: v.text + "元", MONEY) or s for s in [L.anhui(F.YUAN, unit="元")]], lambda: sh_answer())


def marks(sh):
    rows = {r for r, _ in sh.of("score")}
    for n, r in enumerate(sorted(rows)):
        for c in range(5, 10):
            if (r, c) not in sh.cells:
                sh.put(r, c, ("—", "/", "*", "@@@")[(n + c) % 4], "mark")
    for r, _ in sh.of("fund_executed"):
        for c in (7, 8):
            if (r, c) not in sh.cells:
                sh.put(r, c, "/" if c == 7 else "*", "mark")


noisy("noise_blank_marks.xlsx", "`—` `/` `*` `@@@` in every empty cell", F.PUMP, marks)


def no_results(f):
    f.funding[0].rate = f.funding[0].score = None
    f.total = (f.total[0], None)


noisy("noise_formulas_no_value.xlsx", "rate, score and total as formulas without stored values", F.BRIDGE, lambda sh: live(sh, False), said=no_results)
noisy("noise_formulas_live.xlsx", "rate, score and total as formulas with stored values", F.AIRPORT, lambda sh: live(sh, True), "XlsxWriter")
noisy("noise_formulas_live.ods", "the same through LibreOffice, which computes them", F.FIRE, lambda sh: live(sh, False), "LibreOffice")
noisy("noise_formulas_live.xlsb", "the same as a binary workbook", F.AIRPORT, lambda sh: live(sh, True), "SheetJS")


def broken(sh):
    sh.cells[sh.of("total_score")[0]].v = Err("#REF!")
    sh.cells[sh.of("fund_rate")[0]].v = Err("#DIV/0!")


def broken_said(f):
    f.total = (f.total[0], "#REF!")
    f.funding[0].rate = "#DIV/0!"


noisy("noise_errors.xlsx", "#REF! in 总分, #DIV/0! in 执行率", F.FOREST, broken, said=broken_said)
noisy("noise_errors.csv", "the same as CSV", F.SMALL, broken, "by hand", said=broken_said, build=W.delimited)


def typed_formulas(cached):
    def change(sh):
        for k in sh.of("target"):
            t = str(sh.cells[k].v)
            if t.startswith("=") and t[1:-1].replace(".", "").isdigit() and t.endswith("%"):
                sh.cells[k].v = Formula(t, Num("1") if cached else None, "0%")

    return change


noisy("noise_target_formula.xlsx", "`=100%` typed as a target has become a formula with value 1", F.BRIDGE, typed_formulas(True), "XlsxWriter")
noisy("noise_target_formula_no_value.xlsx", "`=100%` as a formula without stored value", F.TRAIN, typed_formulas(False))


def change_inds(table):
    """Replaces target or actual of indicators by level 3: {level3: {field: value}}."""

    def said(f):
        seen = set()
        for i in f.indicators:
            for k, v in table.get(i.level3, {}).items():
                setattr(i, k, v)
                seen.add(i.level3)
        assert seen == set(table), set(table) - seen

    return said


def changed(form, table):
    f = copy.deepcopy(form)
    change_inds(table)(f)
    return f


CN = 'yyyy"年"m"月"d"日"'
DATED = changed(F.BRIDGE, {"主体完工时间": {"target": Date(2023, 11, 30, CN), "actual": Date(2023, 11, 18)}, "桥梁管养责任落实": {"actual": Date(2023, 12, 1, 'yyyy"年"m"月"')}})
plainly("noise_dates.xlsx", "targets and completed values as date cells of three formats", "openpyxl", DATED)
plainly("noise_dates.xls", "the same as BIFF8", "xlwt", DATED)
plainly("noise_dates.ods", "the same as OpenDocument", "LibreOffice", DATED)
FORMATS = changed(
    F.ELDER,
    {
        "建成助餐点": {"target": Num("16", '"≥"0"个"', "≥16个"), "actual": Num("17", '0"个"', "17个")},
        "家庭床位": {"target": Num("150", '"≥"0', "≥150"), "actual": Num("151")},
        "助餐点食品安全达标率": {"target": Num("1", "0%", "100%"), "actual": Num("0.985", "0.0%", "98.5%")},
        "服务老年人人次": {"target": Num("90000", "#,##0", "90000"), "actual": Num("93000", "#,##0", "93000")},
        "老年人满意度": {"target": Num("0.95", "0.00%", "95.00%"), "actual": Num("0.97", "0.00%", "97.00%")},
    },
)
plainly("noise_number_formats.xlsx", "targets and completed values as numbers whose format shows `≥16个`, `100%`, thousands", "openpyxl", FORMATS)
plainly("noise_number_formats.xls", "the same as BIFF8", "xlwt", FORMATS)
RICH = changed(F.COST, {"救助儿童人数": {"target": Rich(("=", "205", "人")), "actual": Rich(("20", "5人"))}, "康复有效率": {"target": Rich(("≥", "2", "等次"))}})


def rich_labels(sh):
    sh.cells[1, 0].v = Rich(("项目支出", "绩效自评表"))
    r, c = sh.find("年度指标值")
    sh.cells[r, c].v = Rich(("年度", "指标", "值"))


noisy("noise_rich_text.xlsx", "title, a label and targets in runs of two fonts", RICH, rich_labels, "XlsxWriter")
noisy("noise_rich_text_inline.xlsx", "the same by another program", RICH, rich_labels)


def hidden(sh):
    for r, _ in sh.of("level2"):
        if (r, 3) not in sh.cells:
            sh.hidden_rows.add(r)
    sh.put(7, 10, "去年执行数", "extra")
    sh.put(8, 10, "1187.2万元", "extra")
    sh.hidden_cols.add(10)
    sh.put(0, 5, "模板版本2023-04", "extra")
    sh.hidden_rows.add(0)


noisy("noise_hidden.xlsx", "hidden padding rows, a hidden row and a hidden column with content", F.BRIDGE, hidden, extra=[(None, "去年执行数"), (None, "1187.2万元"), (None, "模板版本2023-04")])
noisy("noise_blank_lines.xlsx", "blank rows and columns put in, inside the indicators too", F.FOREST, lambda sh: N.insert_cols(N.insert_rows(sh, 3, 6, 9, 12, 16, 17, 22), 2, 6, 9))
noisy("noise_blank_lines.csv", "the same as CSV", F.AIRPORT, lambda sh: N.insert_cols(N.insert_rows(sh, 4, 10, 13, 18), 5, 8), "by hand", build=W.delimited)


def page_break(after, again):
    """The header row printed once more after some indicators, level 1 and 2 too if `again`."""

    def change(sh):
        top = sh.find("三级指标")[0]
        at = top + 1 + after
        labels = {c: v for (r, c), v in sh.cells.items() if r == top and c > 0}
        above = {c: [v for (r, q), v in sorted(sh.cells.items()) if q == c and top < r < at][-1] for c in (1, 2)}
        sh = N.insert_rows(sh, at)
        sh.merges = [m for m in sh.merges if not (m[0] < at <= m[2])]
        for c, v in labels.items():
            sh.cells[at, c] = copy.copy(v)
        sh.merges.append((at, 3, at, 4))
        if again:
            for c, v in above.items():
                sh.cells.setdefault((at + 1, c), copy.copy(v))
        return sh

    return change


noisy("noise_header_repeated.xlsx", "the header row again in the middle (page break), level labels left blank below", F.TRAIN, page_break(8, False))
noisy("noise_header_repeated_levels.xlsx", "the header row again, level labels printed again", F.DATA, page_break(7, True), "XlsxWriter")
noisy("noise_header_repeated.docx", "the header row again in a Word table", F.BRIDGE, page_break(5, False), "python-docx")


def slid(*rows, n=1):
    """Rows named by a text in them go left by n columns; merges are lost, as in text."""

    def change(sh):
        N.unmerged(sh)
        for t in rows:
            N.slide(sh, N.row_of(sh, t), n)

    return change


def target_only(*rows):
    def change(sh):
        N.unmerged(sh)
        for t in rows:
            r = N.row_of(sh, t)
            sh.cells[r, 4] = sh.cells.pop((r, 5))

    return change


def chain(*steps):
    def change(sh):
        for s in steps:
            sh = s(sh) or sh
        return sh

    return change


def total_slid(sh):
    r, c = sh.of("total_weight")[0]
    sh.merges = [m for m in sh.merges if m[0] != r]
    N.slide(sh, r, 1)


noisy("noise_slid_level_row.xlsx", "the row that opens 满意度指标 one column left", F.BRIDGE, slid("沿线群众满意度"))
noisy("noise_slid_fill_down.xlsx", "two rows without level words one column left", F.TRAIN, slid("编写教材", "台账完整率", "带动创业"))
noisy("noise_slid_both.tsv", "level rows and rows below one column left", F.DATA, slid("部门满意度", "群众满意度", "开放数据集"), "by hand", build=W.pasted)
noisy("noise_slid_two.xlsx", "rows that open a level 2 and rows below two columns left", F.FOREST, chain(slid("春季除治完成", "飞机防治面积", n=2), slid("林农满意度")))
noisy("noise_slid_two.tsv", "rows below two columns left", F.TRAIN, slid("聘请师资", "场地租赁费", "企业满意度", n=2), "by hand", build=W.pasted)
noisy("noise_slid_target.xlsx", "only the target one column left, into the second half of 三级指标", F.BRIDGE, target_only("主体完工时间", "总投资"))
noisy("noise_slid_total.xlsx", "the total row one column left of its header", F.ELDER, total_slid)
noisy("noise_slid_padding.tsv", "padding rows and the row after them one column left", F.ELDER, chain(slid("老年人满意度"), lambda sh: N.slide(sh, N.row_of(sh, "经济效益指标"), 1), lambda sh: N.slide(sh, N.row_of(sh, "生态效益指标"), 1)), "by hand", build=W.pasted)


def slid_funding(sh):
    N.unmerged(sh)
    for r in range(5, 10):
        N.slide(sh, r, 1, 2)


noisy("noise_slid_funding.tsv", "the whole funding block one column left", F.PUMP, slid_funding, "by hand", build=W.pasted)
SWAPPED = {"level1": (1, 1), "level2": (2, 2), "level3": (3, 4), "actual": (5, 5), "target": (6, 6), "score": (7, 7), "weight": (8, 8), "deviation": (9, 9)}
DEVIATION_FIRST = {"level1": (1, 1), "level2": (2, 2), "level3": (3, 3), "deviation": (4, 4), "target": (5, 5), "weight": (6, 6), "actual": (8, 8), "score": (7, 7)}


def total_label(sh):
    r, _ = sh.of("total_weight")[0]
    c = min(c for q, c in sh.of("total_weight", "total_score"))
    sh.merges = [m for m in sh.merges if not (m[0] == m[2] == r and m[1] == 1)] + ([(r, 1, r, c - 1)] if c > 2 else [])


noisy("noise_columns_permuted.xlsx", "completed value before target, score before weight", F.TRAIN, total_label, cols=SWAPPED)
noisy("noise_columns_permuted_reason.xlsx", "the reason before the target", F.FOREST, total_label, "XlsxWriter", cols=DEVIATION_FIRST)

TRIO = (F.SMALL, F.COST, F.FIRE)


def trio(**k):
    return lambda: [answer(f, **k) for f in TRIO]


case("many_stacked.xlsx", "three forms in one sheet, blank rows between", "openpyxl", lambda: N.stacked([L.anhui(f) for f in TRIO]), trio())
case("many_stacked_tight.xlsx", "three forms, no blank row, no 附件：", "XlsxWriter", lambda: N.stacked([N.moved(L.anhui(f, attachment=False), lambda r: r - 1, lambda c: c) for f in TRIO], gap=0), trio())
case("many_stacked.csv", "three forms in one CSV, GB18030", "by hand", lambda: N.stacked([L.anhui(f) for f in TRIO]), trio(), partial(W.delimited, encoding="gb18030"))
case("many_stacked_layouts.xls", "three forms of three places in one sheet", "xlwt", lambda: N.stacked([L.central(F.LIBRARY), L.city_ab(F.FOREST), L.hefei(F.PLAN)]), lambda: [answer(F.LIBRARY), answer(F.FOREST, extra=TAIL), answer(F.PLAN)])
case("many_beside.xlsx", "two forms side by side, a blank column between", "openpyxl", lambda: N.beside([L.anhui(F.SMALL), L.anhui(F.ELDER)]), lambda: [answer(F.SMALL), answer(F.ELDER)])
case("many_beside_tight.xlsx", "two forms side by side, none between", "openpyxl", lambda: N.beside([L.anhui(F.FIRE), L.anhui(F.SMALL)], gap=0), lambda: [answer(F.FIRE), answer(F.SMALL)])


def cover():
    sh = Sheet("封面")
    sh.put(3, 1, "澜山市2023年度项目支出绩效自评材料", to=6)
    sh.put(8, 2, "编制单位：澜山市财政局绩效科")
    sh.put(9, 2, "联系电话：0888-5550199")
    return sh


def instructions():
    sh = Sheet("填表说明")
    for r, t in enumerate(("填表说明", "一、项目名称：按预算批复填写。", "二、年初预算数、全年预算数、全年执行数：以万元为单位。", "三、年度指标值：定量指标填写≥、≤、=及数值；定性指标填写文字。", "四、得分：执行率得分=分值×执行率，最高不超过分值。", "五、实际完成值低于年度指标值的，须填写偏差原因分析及改进措施。")):
        sh.put(r, 0, t)
    sh.put(8, 0, "产出指标")
    sh.put(8, 1, "50分")
    sh.put(9, 0, "效益指标")
    sh.put(9, 1, "30分")
    return sh


def listing(forms):
    sh = Sheet("清单")
    sh.put(0, 0, "2023年度项目支出绩效自评清单", to=2)
    for c, t in enumerate(("序号", "项目名称", "备注")):
        sh.put(1, c, t)
    for n, f in enumerate(forms, 1):
        sh.put(1 + n, 0, Num(str(n)), "seq")
        sh.put(1 + n, 1, f.project, "name")
    return sh


def choices():
    sh = Sheet("下拉项")
    for r, t in enumerate(("达成年度指标", "部分达成年度指标并具有一定效果", "未达成年度指标且效果较差", "产出指标", "效益指标", "满意度指标", "数量指标", "分值", "得分")):
        sh.put(r, 0, t)
    sh.state = "hidden"
    return sh


FOUR = (F.BRIDGE, F.PUMP, F.AIRPORT, F.SMALL)


def book(names=("1", "2", "3", "4")):
    return [cover(), instructions(), listing(FOUR), *[L.anhui(f, n) for f, n in zip(FOUR, names)], choices()]


case("many_sheets.xlsx", "cover, instructions, 清单, four forms, a hidden sheet of choices", "openpyxl", book, lambda: [answer(f, n) for f, n in zip(FOUR, "1234")])
case("many_sheets.xls", "the same as BIFF8, sheets named after projects", "xlwt", lambda: book(("危桥", "泵房", "机场 (2)", "广告牌&公益"))[:-1], lambda: [answer(f, n) for f, n in zip(FOUR, ("危桥", "泵房", "机场 (2)", "广告牌&公益"))])
case("many_sheets.ods", "the same as OpenDocument", "LibreOffice", lambda: book()[:-1], lambda: [answer(f, n) for f, n in zip(FOUR, "1234")])
LIST_HEAD = "澜山市 2023 年度项目支出\n绩效自评清单\n\n序号\t项目名称\t备注\n" + "".join(f"{n}\t{f.project}\t\n" for n, f in enumerate(TRIO, 1)) + "\n"
case("many_text.txt", "a 清单 and three forms with tabs, as a word processor saves them; rows slid", "by hand", lambda: [slid("市民满意度")(a) or a for a in [L.anhui(F.SMALL)]] + [slid("家长满意度")(b) or b for b in [L.anhui(F.COST)]] + [target_only("装备验收合格率")(c) or c for c in [L.anhui(F.FIRE)]], trio(), partial(W.pasted, head=LIST_HEAD))
case("none_listing.xlsx", "a 清单 alone: no form", "openpyxl", lambda: listing(FOUR), lambda: [])
case("none_budget.xlsx", "a budget table with some of the words: no form", "openpyxl", lambda: budget(), lambda: [])


def budget():
    sh = Sheet("部门预算")
    sh.put(0, 0, "2023年部门项目支出预算表", "title", 4)
    for c, t in enumerate(("序号", "项目名称", "主管部门", "年初预算数", "全年执行数")):
        sh.put(1, c, t)
    for r, f in enumerate(FOUR, 2):
        for c, v in enumerate((Num(str(r - 1)), f.project, f.authority[1], Num(f.funding[0].initial), Num(f.funding[0].executed))):
            sh.put(r, c, v, "data")
    return sh


def together(sh):
    """项目名称：X in one cell, and so for 主管部门 and 实施单位."""
    for r, a, b, end in ((3, 0, 2, 9), (4, 0, 2, 4), (4, 5, 6, 9)):
        sh.cells[r, a].v = f"{sh.cells[r, a].v}：{sh.cells.pop((r, b)).v}"
        sh.merges = [m for m in sh.merges if not (m[0] == r and a <= m[1] <= end)] + [(r, a, r, end)]


noisy("noise_label_and_value.xlsx", "`项目名称：某某` in one cell, so 主管部门 and 实施单位", F.PUMP, together)
noisy("noise_label_and_value.docx", "the same in Word: 项目名称 has become a paragraph above the table", F.ELDER, together, "python-docx")


def title_year(title):
    def said(f):
        f.title = title

    return said


def no_year_row(title):
    def change(sh):
        sh.cells.pop((2, 0))
        sh.cells[1, 0].v = title

    return change


noisy("noise_year_in_title.xlsx", "the year only in the title", F.LIBRARY, no_year_row("2024年度项目支出绩效自评表"), said=title_year("2024年度项目支出绩效自评表"))
noisy("noise_year_in_title.docx", "the year only in the title paragraph", F.SMALL, no_year_row("2025年度部门预算项目支出绩效自评表"), "python-docx", said=title_year("2025年度部门预算项目支出绩效自评表"))
plainly("noise_year_half_bracket.xlsx", "`2022年度)` with its bracket lost", "openpyxl", F.FOREST, year="2022年度)")
plainly("noise_year_spaces.csv", "`( 2023 年度 )`", "by hand", F.MEAL, year="( 2023 年度 )", build=W.delimited)


def two_title_rows(sh):
    sh = N.insert_rows(sh, 2)
    sh.cells[1, 0].v = "澜山市交通运输局"
    sh.put(2, 0, "项目支出绩效自评表", "title", 9)
    return sh


noisy("noise_bureau_above_title.xlsx", "the bureau's name in its own row above the title", F.BRIDGE, two_title_rows, extra=[(None, "澜山市交通运输局")])

FIRST = {
    "主管部门": "主管部门及代码", "实施单位": "承担处室", "项目资金\n(万元)": "年度预算数(万元)", "年初预算数": "年初预算", "全年预算数": "全年预算", "全年执行数": "全年执行",
    "得分": "自评得分", "年度资金总额：": "年度财政资金总额", "其中：本年财政拨款": "财政拨款", "上年结转资金": "上年结转", "其他资金": "其他", "预期目标": "年度目标", "实际完成情况": "年度目标完成情况",
    "绩效指标": "年度绩效指标完成情况", "三级指标": "指标名称", "年度指标值": "年度指标值（A）", "实际完成值": "全年完成值", "偏差原因分析及改进措施": "偏差原因及改进措施", "总分": "合计",
}
SECOND = {
    "主管部门": "主管部门（单位）", "实施单位": "实施单位(盖章)", "项目资金\n(万元)": "预算执行情况(10分)", "年初预算数": "年初预算 数", "全年预算数": "调整后预算数", "全年执行数": "预算执行数", "分值": "权重",
    "执行率": "预算执行率", "年度资金总额：": "总额", "其中：本年财政拨款": "其中:财政资金", "预期目标": "年初设定目标", "实际完成情况": "全年实际完成情况", "绩效指标": "绩效指标(90分)",
    "年度指标值": "年初目标值(A)", "实际完成值": "完成值", "偏差原因分析及改进措施": "未完成原因分析", "总分": "合计",
}
noisy("noise_words_first.xlsx", "half of the other words for labels", F.BRIDGE, lambda sh: N.words(sh, FIRST))
noisy("noise_words_second.xls", "the other half", F.AIRPORT, lambda sh: N.words(sh, SECOND), "xlwt")
noisy("noise_words_first.docx", "half of the other words, in a Word table", F.FIRE, lambda sh: N.words(sh, FIRST), "python-docx")

MARKUP = copy.deepcopy(F.ELDER)
MARKUP.goal = ("<p>建成助餐点16个；</p><p>日间照料中心6个。</p>", "助餐点17个&nbsp;\n“2 N”模式推开 <br/>A&B两类")
plainly("noise_markup.xlsx", "tags of a web editor inside the goals stay as typed", "openpyxl", MARKUP)


def empty_form(sh):
    for k in sh.of(*MONEY, "fund_rate", "fund_score", "goal", "target", "actual", "weight", "score", "deviation", "level3", "total_score", "project", "authority", "unit"):
        sh.cells.pop(k)


def empty_said(f):
    for x in f.funding:
        x.initial = x.budget = x.executed = x.rate = x.score = None
    f.goal = (None, None)
    f.project = None
    f.authority = f.unit = (None, None)
    for i in f.indicators:
        i.level3 = i.target = i.actual = i.weight = i.score = i.deviation = None
    f.total = (f.total[0], None)


noisy("noise_only_labels.xlsx", "a form with its labels only", F.SMALL, empty_form, said=empty_said)
noisy("noise_carriage_returns.xlsx", "line breaks as \\r\\n inside cells", F.COST, lambda sh: [setattr(c, "v", c.v.replace("\n", "\r\n")) for c in sh.cells.values() if isinstance(c.v, str)] and None, "XlsxWriter")

# ---- layouts through other programs ----------------------------------------

SC_FORM = without_levels(F.SPLIT)
YN_EXTRA = [("其他需要说明的事项", "两座公厕因选址调整顺延。")]


def yn_answer():
    return answer(without_levels(joined(F.SPLIT, {"=": "﹦"})), extra=YN_EXTRA)


case("prog_docx_hubei.docx", "湖北 as a Word table", "python-docx", lambda: L.hubei(F.HUBEI), hb_answer)
case("prog_libreoffice_yunnan.html", "云南 as a web page", "LibreOffice", lambda: L.yunnan(SC_FORM), yn_answer)
case("prog_sheetjs_yunnan.xlsb", "云南 as a binary workbook", "SheetJS", lambda: L.yunnan(SC_FORM), yn_answer)
case("prog_shanghai.csv", "上海 as CSV: amounts in quotes because of their commas", "by hand", shanghai_sheet, sh_answer, partial(W.delimited, encoding="gb18030"))
case("prog_libreoffice_yinchuan.ods", "银川 as OpenDocument", "LibreOffice", lambda: L.yinchuan(F.YINCHUAN), yc_answer)
case("prog_xlwt_anhui_2025.xls", "Anhui since 2025 as BIFF8", "xlwt", lambda: L.anhui2025(F.WETLAND), lambda: answer(F.WETLAND, extra=MORE))
case("prog_sheetjs_hefei.csv", "合肥 as CSV", "SheetJS", lambda: L.hefei(F.PLAN), lambda: answer(F.PLAN))
case("noise_merges_lost_hubei.xlsx", "湖北 without merged cells", "XlsxWriter", lambda: N.unmerged(L.hubei(F.HUBEI)), hb_answer)
case("noise_merges_lost_yunnan.xlsx", "云南 without merged cells: a header of two rows", "openpyxl", lambda: N.unmerged(L.yunnan(SC_FORM)), yn_answer)
case("noise_merges_repeated_city.xlsx", "the (A)/(B) form with repeated values and spaced labels", "openpyxl", lambda: N.repeated(N.renamed(L.city_ab(F.FOREST), N.spaced)), lambda: answer(F.FOREST, extra=TAIL))
