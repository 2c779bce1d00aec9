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
            i.target = str(i.target).replace("/", "")
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
- `year`: a number; amounts, weights, scores: as decimals (`"10.00"` = `10`); `rate_as_written` with `%` is divided by 100; a number that cannot be read is its text (`#REF!`);
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
