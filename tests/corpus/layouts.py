"""Where places put the fields: a Form laid out as a neutral Sheet of cells and merges."""

import copy
from dataclasses import dataclass, field, replace
from decimal import Decimal

from forms import Formula, Num


@dataclass
class Cell:
    v: object
    role: str


@dataclass
class Sheet:
    """Cells by (row, column) from 0, merged regions, hidden rows and columns."""

    name: str = "Sheet1"
    cells: dict = field(default_factory=dict)
    merges: list = field(default_factory=list)
    hidden_rows: set = field(default_factory=set)
    hidden_cols: set = field(default_factory=set)
    widths: dict = field(default_factory=dict)

    def put(self, r, c, v, role="label", to=None, down=None):
        """A value at (r, c), merged up to column `to` and row `down` where given."""
        if v is not None and v != "":
            self.cells[r, c] = Cell(v, role)
        to, down = (c if to is None else to), (r if down is None else down)
        if (to, down) != (c, r):
            self.merges.append((r, c, down, to))

    def size(self):
        rows = [r for r, _ in self.cells] + [m[2] for m in self.merges]
        cols = [c for _, c in self.cells] + [m[3] for m in self.merges]
        return max(rows) + 1, max(cols) + 1

    def of(self, *roles):
        return [k for k, c in sorted(self.cells.items()) if c.role in roles]

    def find(self, text):
        return next(k for k, c in sorted(self.cells.items()) if str(c.v) == text)


def num(text, fmt=None):
    return None if text is None else Num(text, fmt)


def rate(text):
    """A printed rate such as 99.97% as the number cell that shows it."""
    if text is None or not text.endswith("%"):
        return text
    n = (Decimal(text[:-1]) / 100).normalize()
    return Num(f"{n:f}", "0.00%", text)


def score(text):
    """A printed score such as 9.60: the number is stored, the format shows the digits."""
    return None if text is None else Num(text, "0.00" if text[-3:-2] == "." else None, text)


def org(o):
    return f"{o[0]}-{o[1]}" if o[0] else o[1]


def points(name, pts, style="\n({}分)"):
    return name if pts is None else name + style.format(pts)


FUND_LABELS = {
    "年度资金总额": "年度资金总额：",
    "本年财政拨款": "其中：本年财政拨款",
}


def funding(sh, r, form, cols, labels=None, dash="—", money=num):
    """One row a funding item; `cols` maps a Fund attribute to (column, last column)."""
    labels = {**FUND_LABELS, **(labels or {})}
    for i, f in enumerate(form.funding):
        c, to = cols["item"]
        sh.put(r + i, c, labels.get(f.item, f.item), "item", to)
        for key in ("initial", "budget", "executed", "weight", "rate", "score"):
            if key not in cols:
                continue
            c, to = cols[key]
            v = getattr(f, key)
            v = rate(v) if key == "rate" else score(v) if key == "score" else money(v) if key != "weight" else num(v)
            if key == "weight" and v is None:
                v = dash
            sh.put(r + i, c, v, "fund_" + key, to)
    return r + len(form.funding)


def runs(inds, key):
    """(first, last) index of equal neighbours."""
    start = 0
    for i in range(1, len(inds) + 1):
        if i == len(inds) or key(inds[i]) != key(inds[start]):
            yield start, i - 1
            start = i


def split_target(t):
    if t is None:
        return None, None, None
    op, n, unit = str(t).split("/", 2)
    return op or None, (Num(n) if n.replace(".", "").isdigit() else n), unit or None


def indicators(sh, r, form, cols, style="\n({}分)", inds=None):
    """The rows of indicators; `cols` maps an attribute to (column, last column)."""
    inds = form.indicators if inds is None else inds
    c1, t1 = cols["level1"]
    for a, b in runs(inds, lambda i: i.level1):
        sh.put(r + a, c1, points(inds[a].level1, inds[a].level1_weight, style), "level1", t1, r + b)
    c2, t2 = cols["level2"]
    for a, b in runs(inds, lambda i: (i.level1, i.level2)):
        sh.put(r + a, c2, inds[a].level2, "level2", t2, r + b)
    for k, i in enumerate(inds):
        c, to = cols["level3"]
        sh.put(r + k, c, i.level3, "level3", to)
        vals = {"target": i.target, "actual": i.actual, "weight": num(i.weight), "score": num(i.score), "deviation": i.deviation}
        if "op" in cols:
            vals["op"], vals["number"], vals["unit"] = split_target(i.target)
            vals.pop("target")
        for key, v in vals.items():
            if key in cols:
                sh.put(r + k, cols[key][0], v, key, cols[key][1])
        if "standard" in cols:
            sh.put(r + k, cols["standard"][0], i.deviation, "standard", cols["standard"][1])
    return r + len(inds)


def header(sh, r, cols, names):
    for key, name in names.items():
        sh.put(r, cols[key][0], name, "label", cols[key][1])


IND_NAMES = {"level1": "一级指标", "level2": "二级指标", "level3": "三级指标", "target": "年度指标值", "actual": "实际完成值", "weight": "分值", "score": "得分", "deviation": "偏差原因分析及改进措施"}
FUND_NAMES = {"initial": "年初预算数", "budget": "全年预算数", "executed": "全年执行数", "weight": "分值", "rate": "执行率", "score": "得分"}
ANHUI_COLS = {"level1": (1, 1), "level2": (2, 2), "level3": (3, 4), "target": (5, 5), "actual": (6, 6), "weight": (7, 7), "score": (8, 8), "deviation": (9, 9)}
ANHUI_FUND = {"item": (2, 2), "initial": (3, 3), "budget": (4, 4), "executed": (5, 5), "weight": (6, 6), "rate": (7, 7), "score": (8, 9)}


def anhui(form, name="Sheet1", cols=None, ind_names=None, fund_names=None, year=None, since2025=False, style="\n({}分)", money=num, unit="万元", attachment=True, **text):
    """Anhui, 10 columns. `text` overrides single labels by their usual name."""
    t = lambda s: text.get(s, s)
    sh, r = Sheet(name), 0
    cols = cols or ANHUI_COLS
    if attachment:
        sh.put(0, 0, "附件：")
    sh.put(1, 0, form.title, "title", 9)
    sh.put(2, 0, f"({form.year}年度)" if year is None else year, "year", 9)
    sh.put(3, 0, t("项目名称"), to=1)
    sh.put(3, 2, form.project, "project", 9)
    sh.put(4, 0, t("主管部门"), to=1)
    sh.put(4, 2, org(form.authority), "authority", 4)
    sh.put(4, 5, t("实施单位"))
    sh.put(4, 6, org(form.unit), "unit", 9)
    r = 5
    if since2025:
        for a, b in (("项目期限", "投向领域"), ("建设期", "运营期")):
            sh.put(r, 0, a, to=1)
            sh.put(r, 2, form.more[a], "extra", 4)
            sh.put(r, 5, b)
            sh.put(r, 6, form.more[b], "extra", 9)
            r += 1
    sh.put(r, 0, text.get("项目资金", f"项目资金\n({unit})"), "label", 1, r + len(form.funding))
    header(sh, r, ANHUI_FUND, {**FUND_NAMES, **(fund_names or {})})
    r = funding(sh, r + 1, form, ANHUI_FUND, text.get("funds"), money=money)
    sh.put(r, 0, t("年度总体目标"), "label", 0, r + 1)
    sh.put(r, 1, t("预期目标"), "label", 4)
    sh.put(r, 5, t("实际完成情况"), "label", 9)
    sh.put(r + 1, 1, form.goal[0], "goal", 4)
    sh.put(r + 1, 5, form.goal[1], "goal", 9)
    r += 2
    top = r
    header(sh, r, cols, {**IND_NAMES, **(ind_names or {})})
    r = indicators(sh, r + 1, form, cols, style)
    sh.put(top, 0, t("绩效指标"), "label", 0, r)
    sh.put(r, 1, t("总分"), "label", 6)
    sh.put(r, cols["weight"][0], num(form.total[0]), "total_weight")
    sh.put(r, cols["score"][0], score(form.total[1]), "total_score")
    sh.widths = {c: w for c, w in enumerate((8, 11, 15, 12, 12, 14, 14, 8, 9, 22))}
    return sh


def anhui2025(form, **k):
    return anhui(form, since2025=True, **k)


def central(form, name="Sheet1"):
    """Central, 11 columns, as in the merge map."""
    sh = Sheet(name)
    sh.put(0, 0, form.title, "title", 10)
    sh.put(1, 0, f"（{form.year}年度）", "year", 10)
    sh.put(3, 0, "项目名称", to=1)
    sh.put(3, 2, form.project, "project", 10)
    sh.put(4, 0, "主管部门及代码", to=1)
    sh.put(4, 2, org(form.authority), "authority", 4)
    sh.put(4, 5, "实施单位")
    sh.put(4, 6, org(form.unit), "unit", 10)
    n = len(form.funding)
    sh.put(5, 0, "项目资金\n（万元）", "label", 1, 5 + n)
    f = {"item": (2, 3), "initial": (4, 4), "budget": (5, 5), "executed": (6, 6), "weight": (7, 7), "rate": (8, 9), "score": (10, 10)}
    sh.put(5, 2, None, to=3)
    header(sh, 5, f, {"initial": "年初预算数", "budget": "全年预算数", "executed": "全年执行数", "weight": "分值", "rate": "执行率", "score": "得分"})
    r = funding(sh, 6, form, f, {"年度资金总额": "年度资金总额", "本年财政拨款": "其中：当年财政拨款"})
    sh.put(r, 0, "年度总体目标", "label", 0, r + 1)
    sh.put(r, 1, "预期目标", to=5)
    sh.put(r, 6, "实际完成情况", to=10)
    sh.put(r + 1, 1, form.goal[0], "goal", 5)
    sh.put(r + 1, 6, form.goal[1], "goal", 10)
    r += 2
    c = {"level1": (1, 1), "level2": (2, 2), "level3": (3, 4), "target": (5, 5), "actual": (6, 6), "weight": (7, 7), "score": (8, 8), "deviation": (9, 10)}
    header(sh, r, c, {**IND_NAMES, "deviation": "偏差原因分析及改进措施"})
    top, r = r, indicators(sh, r + 1, form, c, "（{}分）")
    sh.put(top, 0, "绩效指标", "label", 0, r - 1)
    sh.put(r, 0, "总分", to=6)
    sh.put(r, 7, num(form.total[0]), "total_weight")
    sh.put(r, 8, score(form.total[1]), "total_score")
    sh.put(r, 9, None, to=10)
    sh.widths = dict(enumerate((14.3, 8, 8, 9, 10, 10, 16, 6.9, 7.7, 6, 7)))
    return sh


def city_ab(form, name="Sheet1"):
    """A city's (A)/(B) form: rows 年度资金总额 and 中央补助, a tail line."""
    sh = Sheet(name)
    sh.put(0, 0, "附2")
    sh.put(1, 0, form.title, "title", 9)
    sh.put(2, 0, f"（{form.year}年度）", "year", 9)
    sh.put(3, 0, "项目名称", to=1)
    sh.put(3, 2, form.project, "project", 9)
    sh.put(4, 0, "市级主管部门", to=1)
    sh.put(4, 2, org(form.authority), "authority", 4)
    sh.put(4, 5, "项目实施单位")
    sh.put(4, 6, org(form.unit), "unit", 9)
    sh.put(5, 0, "项目资金（万元）", "label", 1, 5 + len(form.funding))
    header(sh, 5, ANHUI_FUND, {"initial": "年初预算数", "budget": "全年预算数（A）", "executed": "全年执行数（B）", "weight": "分值", "rate": "执行率（B/A）", "score": "得分"})
    r = funding(sh, 6, form, ANHUI_FUND, {"年度资金总额": "年度资金总额", "本年财政拨款": "其中：中央补助"}, dash="/")
    sh.put(r, 0, "年度总体目标", "label", 0, r + 1)
    sh.put(r, 1, "年初预期目标", to=4)
    sh.put(r, 5, "年度实际完成情况", to=9)
    sh.put(r + 1, 1, form.goal[0], "goal", 4)
    sh.put(r + 1, 5, form.goal[1], "goal", 9)
    r += 2
    header(sh, r, ANHUI_COLS, {**IND_NAMES, "level3": "指标名称", "target": "年度指标值（A）", "actual": "实际完成值（B）", "deviation": "未完成原因分析及改进措施"})
    top, r = r, indicators(sh, r + 1, form, ANHUI_COLS, "（{}分）")
    sh.put(top, 0, "年度绩效指标完成情况", "label", 0, r - 1)
    sh.put(r, 0, "总分", to=6)
    sh.put(r, 7, num(form.total[0]), "total_weight")
    sh.put(r, 8, score(form.total[1]), "total_score")
    for c, (label, text) in zip((0, 3, 6), (("填报人：", "顾小满"), ("联系电话：", "0888-5550123"), ("填报日期：", "2024年2月27日"))):
        sh.put(r + 1, c, label)
        sh.put(r + 1, c + 1, text, "extra")
    return sh


def thousands(text):
    if text is None:
        return None
    return Num(text, "#,##0.00", f"{Decimal(text):,.2f}")


def shanghai(form, name="Sheet1"):
    """上海: 元 with thousands separators."""
    return anhui(form, name, year="", money=thousands, unit="元", style="（{}分）", attachment=False, 主管部门="主管部门", 项目资金="项目资金(元)", 预期目标="年初设定目标", 实际完成情况="全年实际完成情况", 年度总体目标="年度总体目标")


def hefei(form, name="Sheet1"):
    """合肥: one funding row without 分值 and 得分."""
    sh = Sheet(name)
    sh.put(0, 0, form.title, "title", 9)
    sh.put(1, 0, f"（{form.year}年度）", "year", 9)
    sh.put(2, 0, "项目名称", to=1)
    sh.put(2, 2, form.project, "project", 9)
    sh.put(3, 0, "主管部门", to=1)
    sh.put(3, 2, org(form.authority), "authority", 4)
    sh.put(3, 5, "实施单位")
    sh.put(3, 6, org(form.unit), "unit", 9)
    f = {"item": (2, 2), "initial": (3, 4), "budget": (5, 6), "executed": (7, 7), "rate": (8, 9)}
    sh.put(4, 0, "项目资金\n（万元）", "label", 1, 5)
    header(sh, 4, f, {k: FUND_NAMES[k] for k in ("initial", "budget", "executed", "rate")})
    r = funding(sh, 5, form, f, {"本年财政拨款": "一般公共预算"})
    sh.put(r, 0, "年度总体目标", "label", 0, r + 1)
    sh.put(r, 1, "年度目标", to=4)
    sh.put(r, 5, "年度目标完成情况", to=9)
    sh.put(r + 1, 1, form.goal[0], "goal", 4)
    sh.put(r + 1, 5, form.goal[1], "goal", 9)
    r += 2
    header(sh, r, ANHUI_COLS, IND_NAMES)
    top, r = r, indicators(sh, r + 1, form, ANHUI_COLS, "({}分)")
    sh.put(top, 0, "绩效指标", "label", 0, r - 1)
    sh.put(r, 0, "合计", to=6)
    sh.put(r, 7, num(form.total[0]), "total_weight")
    sh.put(r, 8, score(form.total[1]), "total_score")
    return sh


def sichuan(form, name="Sheet1"):
    """四川: operator, value and unit apart; 权重; reasons of the funding rows; tail fields."""
    sh = Sheet(name)
    sh.put(0, 0, form.title, "title", 10)
    sh.put(1, 0, f"({form.year}年度)", "year", 10)
    sh.put(2, 0, "报表编号")
    sh.put(2, 1, "SC-0388-17", "extra")
    sh.put(2, 9, "金额单位：万元", "extra", 10)
    sh.put(3, 0, "项目名称")
    sh.put(3, 1, "51030023Y000009-" + form.project, "project", 10)
    sh.put(4, 0, "主管部门")
    sh.put(4, 1, org(form.authority), "authority", 4)
    sh.put(4, 5, "实施单位(盖章)", to=6)
    sh.put(4, 7, org(form.unit), "unit", 10)
    n = len(form.funding)
    sh.put(5, 0, "预算执行情况(10分)", "label", 0, 5 + n)
    f = {"item": (1, 2), "initial": (3, 3), "budget": (4, 4), "executed": (5, 6), "rate": (7, 7), "weight": (8, 8), "score": (9, 9)}
    header(sh, 5, f, {"initial": "年初预算", "budget": "调整后预算数", "executed": "预算执行数", "rate": "预算执行率", "weight": "权重", "score": "得分"})
    sh.put(5, 10, "原因")
    r = funding(sh, 6, form, f, {"年度资金总额": "总额", "本年财政拨款": "其中:财政资金"})
    sh.put(6, 10, "年末质保金未到支付节点", "extra")
    sh.put(r, 0, "年度目标完成情况", "label", 0, r + 1)
    sh.put(r, 1, "预期目标", to=5)
    sh.put(r, 6, "目标实际完成情况", to=10)
    sh.put(r + 1, 1, form.goal[0], "goal", 5)
    sh.put(r + 1, 6, form.goal[1], "goal", 10)
    r += 2
    c = {"level1": (1, 1), "level2": (2, 2), "level3": (3, 3), "op": (4, 4), "number": (5, 5), "unit": (6, 6), "actual": (7, 7), "weight": (8, 8), "score": (9, 9), "deviation": (10, 10)}
    header(sh, r, c, {"level1": "一级指标", "level2": "二级指标", "level3": "三级指标", "op": "指标性质", "number": "指标值", "unit": "度量单位", "actual": "完成值", "weight": "权重", "score": "得分", "deviation": "未完成原因分析"})
    top, r = r, indicators(sh, r + 1, form, c, "")
    sh.put(top, 0, "绩效指标(90分)", "label", 0, r - 1)
    sh.put(r, 0, "合计", to=7)
    sh.put(r, 8, num(form.total[0]), "total_weight")
    sh.put(r, 9, score(form.total[1]), "total_score")
    for i, (label, text) in enumerate((("评价结论", "项目总体完成较好，自评等次为优。"), ("存在问题", "个别公厕选址论证不足。"), ("改进措施", "下一年度提前开展选址公示。"))):
        sh.put(r + 1 + i, 0, label)
        sh.put(r + 1 + i, 1, text, "extra", 10)
    sh.put(r + 4, 0, "项目负责人：钟一鸣", "extra", 4)
    sh.put(r + 4, 5, "财务负责人：", to=6)
    sh.put(r + 4, 7, "白若溪", "extra", 10)
    return sh


def yunnan(form, name="Sheet1"):
    """云南: 指标性质, 指标值, 度量单位, with the small equals sign U+FE66."""
    sh = Sheet(name)
    sh.put(0, 0, form.title, "title", 10)
    sh.put(1, 0, f"（{form.year}年度）", "year", 10)
    sh.put(2, 0, "项目名称", to=1)
    sh.put(2, 2, form.project, "project", 10)
    sh.put(3, 0, "主管部门", to=1)
    sh.put(3, 2, org(form.authority), "authority", 5)
    sh.put(3, 6, "实施单位")
    sh.put(3, 7, org(form.unit), "unit", 10)
    f = {"item": (2, 3), "initial": (4, 4), "budget": (5, 5), "executed": (6, 7), "weight": (8, 8), "rate": (9, 9), "score": (10, 10)}
    sh.put(4, 0, "项目资金\n（万元）", "label", 1, 4 + len(form.funding))
    header(sh, 4, f, FUND_NAMES)
    r = funding(sh, 5, form, f)
    sh.put(r, 0, "年度总体目标", "label", 0, r + 1)
    sh.put(r, 1, "预期目标", to=5)
    sh.put(r, 6, "实际完成情况", to=10)
    sh.put(r + 1, 1, form.goal[0], "goal", 5)
    sh.put(r + 1, 6, form.goal[1], "goal", 10)
    r += 2
    c = {"level1": (0, 0), "level2": (1, 2), "level3": (3, 3), "op": (4, 4), "number": (5, 5), "unit": (6, 6), "actual": (7, 7), "weight": (8, 8), "score": (9, 9), "deviation": (10, 10)}
    sh.put(r, 0, "绩效指标", to=3)
    sh.put(r, 4, "年度指标值", to=6)
    for key, name_ in (("actual", "实际完成值"), ("weight", "分值"), ("score", "得分"), ("deviation", "偏差原因分析及改进措施")):
        sh.put(r, c[key][0], name_, "label", None, r + 1)
    header(sh, r + 1, c, {"level1": "一级指标", "level2": "二级指标", "level3": "三级指标", "op": "指标性质", "number": "指标值", "unit": "度量单位"})
    r = indicators(sh, r + 2, form, c, "")
    sh.put(r, 0, "总分", to=7)
    sh.put(r, 8, num(form.total[0]), "total_weight")
    sh.put(r, 9, score(form.total[1]), "total_score")
    sh.put(r + 1, 0, "其他需要说明的事项", to=2)
    sh.put(r + 1, 3, "两座公厕因选址调整顺延。", "extra", 10)
    for k in sh.of("op"):
        sh.cells[k].v = {"=": "﹦"}.get(sh.cells[k].v, sh.cells[k].v)
    return sh


def yinchuan(form, name="Sheet1"):
    """银川: level-1 words of its own, 考核分值, 评分标准, (A) and (B)."""
    sh = Sheet(name)
    sh.put(0, 0, form.title, "title", 8)
    sh.put(1, 0, f"（{form.year}年度）", "year", 8)
    sh.put(2, 0, "项目名称", to=1)
    sh.put(2, 2, form.project, "project", 8)
    sh.put(3, 0, "主管部门", to=1)
    sh.put(3, 2, org(form.authority), "authority", 4)
    sh.put(3, 5, "实施单位")
    sh.put(3, 6, org(form.unit), "unit", 8)
    f = {"item": (2, 3), "initial": (4, 4), "budget": (5, 5), "executed": (6, 6), "rate": (7, 8)}
    sh.put(4, 0, "项目资金（万元）", "label", 1, 4 + len(form.funding))
    header(sh, 4, f, {"initial": "年初预算数", "budget": "调整预算数(A)", "executed": "全年执行数(B)", "rate": "执行率(B/A)"})
    r = funding(sh, 5, form, f, {"年度资金总额": "年度资金总额", "本年财政拨款": "其中：财政拨款"})
    sh.put(r, 0, "年度总体目标", "label", 1, r + 1)
    sh.put(r, 2, "预期目标", to=4)
    sh.put(r, 5, "实际完成情况", to=8)
    sh.put(r + 1, 2, form.goal[0], "goal", 4)
    sh.put(r + 1, 5, form.goal[1], "goal", 8)
    r += 2
    c = {"level1": (0, 0), "level2": (1, 1), "level3": (2, 3), "weight": (4, 4), "standard": (5, 5), "target": (6, 6), "actual": (7, 7), "score": (8, 8)}
    header(sh, r, c, {"level1": "一级指标", "level2": "二级指标", "level3": "三级指标", "weight": "考核分值", "standard": "评分标准", "target": "指标值(A)", "actual": "全年实际值(B)", "score": "得分"})
    r = indicators(sh, r + 1, form, c, "({}分)")
    sh.put(r, 0, "总分", to=3)
    sh.put(r, 4, num(form.total[0]), "total_weight")
    sh.put(r, 8, score(form.total[1]), "total_score")
    return sh


def hubei(form, name="Sheet1"):
    """湖北: no 分值 column, points printed in labels, boxes, two blocks of goals, notes."""
    sh = Sheet(name)
    sh.put(0, 0, form.title, "title", 6)
    sh.put(1, 0, "单位名称：" + form.unit[1], "unit", 3)
    sh.put(1, 4, "填报日期：2024年3月5日", "extra", 6)
    sh.put(2, 0, "项目名称")
    sh.put(2, 1, form.project, "project", 6)
    sh.put(3, 0, "主管部门")
    sh.put(3, 1, org(form.authority), "authority", 3)
    sh.put(3, 4, "项目实施单位")
    sh.put(3, 5, org(form.unit), "unit", 6)
    for i, (a, b) in enumerate((("项目类别", "1、部门预算项目☑ 2、直达专项□ 3、转移支付□"), ("项目属性", "1、持续性项目☑ 2、新增性项目□"), ("项目类型", "1、常年性项目☑ 2、延续性项目□ 3、一次性项目□"))):
        sh.put(4 + i, 0, a)
        sh.put(4 + i, 1, b, "extra", 6)
    sh.put(7, 0, "预算执行情况（万元）\n（20分）", "label", 0, 8)
    f = {"item": (1, 2), "budget": (3, 3), "executed": (4, 4), "rate": (5, 5), "score": (6, 6)}
    header(sh, 7, f, {"budget": "预算数（A）", "executed": "执行数（B）", "rate": "执行率（B/A）", "score": "得分\n（20分*执行率）"})
    r = funding(sh, 8, form, f, {"年度资金总额": "年度财政资金总额"})
    c = {"level1": (1, 1), "level2": (2, 2), "level3": (3, 3), "target": (4, 4), "actual": (5, 5), "score": (6, 6)}
    for n, part in enumerate((form.indicators[:4], form.indicators[4:]), 1):
        header(sh, r, c, {"level1": "一级指标", "level2": "二级指标", "level3": "三级指标", "target": "年初目标值（A）", "actual": "实际完成值（B）", "score": "得分"})
        top, r = r, indicators(sh, r + 1, form, c, "（{}分）", part)
        sh.put(top, 0, f"年度绩效目标{n}\n（40分）", "label", 0, r - 1)
    sh.put(r, 0, "总分", to=5)
    sh.put(r, 6, score(form.total[1]), "total_score")
    sh.put(r + 1, 0, "偏差大或目标未完成原因分析")
    sh.put(r + 1, 1, "两场展演因场馆检修取消。", "extra", 6)
    sh.put(r + 2, 0, "改进措施及结果应用方案")
    sh.put(r + 2, 1, "建立备用场地清单，结果用于下年度预算安排。", "extra", 6)
    sh.put(r + 3, 0, "备注：1.预算执行情况口径：预算数为调整后财政资金总额。2.定量指标完成数汇总原则：绝对值直接累加计算。3.其他说明。", "extra", 6)
    return sh
