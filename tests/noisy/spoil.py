"""Kinds of noise: each spoils a sheet by chance and keeps its answers true."""

import copy
from decimal import Decimal

import noise as N
from forms import Formula, Num
from layouts import Sheet

MONEY = ("fund_initial", "fund_budget", "fund_executed")
NAMES = ("三级指标", "指标名称")
MOVABLE = ("actual", "weight", "score", "deviation", "target", "standard")


class Paper:
    """Sheets with the forms on them, still in the hands of the noise."""

    def __init__(self, rng, sheets, answers, again, one_sheet, stores, hides):
        self.rng, self.sheets, self.answers = rng, sheets, answers
        self.hides = hides          # the program writes what is hidden, too
        self.again = again          # draws another form of the same layout: (sheet, answer)
        self.one_sheet = one_sheet  # the format runs all sheets into one
        self.stores = stores        # the program stores the value of a formula

    @property
    def sheet(self):
        return self.sheets[-1]

    @sheet.setter
    def sheet(self, sh):
        self.sheets[-1] = sh

    @property
    def answer(self):
        return self.answers[-1]


def rows_of(sh, role="level3"):
    return sorted({r for r, _ in sh.of(role)})


def texts(sh, roles, change):
    for k in sh.of(*roles):
        if isinstance(sh.cells[k].v, Num):
            sh.cells[k].v = change(sh.cells[k].v)


def unmerge_row(sh, r):
    sh.merges = [m for m in sh.merges if not m[0] <= r <= m[2]]


def offset(p):
    p.sheet = N.offset(p.sheet, p.rng.randint(1, 6), p.rng.randint(1, 4))


def merges_lost(p):
    p.sheet = N.unmerged(p.sheet)


def merges_repeated(p):
    p.sheet = N.repeated(p.sheet)


def labels_spaced(p):
    N.renamed(p.sheet, lambda t: N.spaced(t, p.rng))


def labels_wide(p):
    def wide(t):
        t = t.replace("(", "（").replace(")", "）")
        return "".join(chr(ord(c) + 0xFEE0) if c in "0123456789" else c for c in t)

    N.renamed(p.sheet, wide, ("label", "item", "level1", "level2", "year"))
    N.renamed(p.sheet, lambda t: t if t.endswith(("：", "）")) else t + "：", ("label", "item"))


SYNONYMS = {
    "年初预算数": ["年初预算", "年初预算金额"], "全年预算数": ["全年预算", "全年预算数（A）", "调整后预算数"], "全年执行数": ["全年执行", "全年执行数（B）", "预算执行数"],
    "执行率": ["执行率（B/A）", "预算执行率"], "实施单位": ["项目实施单位", "实施单位（盖章）"], "主管部门": ["主管部门及代码", "市级主管部门"],
    "三级指标": ["指标名称"], "年度指标值": ["年度指标值（A）", "年初目标值", "指标值"], "实际完成值": ["实际完成值（B）", "全年完成值", "完成值"],
    "偏差原因分析及改进措施": ["偏差原因分析\n及改进措施", "未完成原因分析及改进措施", "偏差原因及改进措施"], "总分": ["合计", "总 分", "总分值"],
    "预期目标": ["年初设定目标", "年度目标"], "实际完成情况": ["全年实际完成情况", "年度目标完成情况"], "年度资金总额：": ["年度资金总额", "资金总额"], "分值": ["权重"],
}


def labels_other(p):
    """Other words for the same; `指标值` stays where three columns make the target."""
    three = bool(p.sheet.of("op"))
    pick = lambda t: p.rng.choice(SYNONYMS[t]) if t in SYNONYMS and not (three and "指标值" in t) else t
    N.renamed(p.sheet, pick, ("label", "item"))


def permuted(p):
    """The columns right of the names in another order, headers and total with them."""
    sh = p.sheet
    single = {k[1] for m in MOVABLE for k in sh.of(m)}
    rows = rows_of(sh)
    heads = [r for r, _ in [k for k in sh.of("label") if "".join(str(sh.cells[k].v).split()) in NAMES]]
    top, end = min(heads or rows) - (1 if sh.of("op") else 0), max(r for r, _ in sh.of("total_score"))
    wide = {c for a, b, d, e in sh.merges if d >= top and a <= end and b != e for c in range(b, e + 1) if a in rows or a in heads}
    cols = sorted(single - wide)
    if len(cols) < 2:
        return
    order = cols[:]
    while order == cols:
        p.rng.shuffle(order)
    to = dict(zip(cols, order))
    total_row = end
    sh.merges = [m for m in sh.merges if m[0] != total_row]
    cells = {}
    for (r, c), v in sh.cells.items():
        cells[(r, to.get(c, c)) if top <= r <= end else (r, c)] = v
    sh.cells = cells
    sh.merges = [(a, to.get(b, b), d, to.get(e, e)) if top <= a <= end and b == e else (a, b, d, e) for a, b, d, e in sh.merges]


def slid(left, count=1):
    def spoil(p):
        sh = p.sheet
        rows = [r for r in rows_of(sh) if (r, sh.of("level2")[0][1]) not in sh.cells]
        if left < 0:
            rows = rows_of(sh)[1:]
        p.rng.shuffle(rows)
        for r in rows[:count]:
            start = min(c for q, c in sh.of("level3") if q == r)
            if any((r, c) in sh.cells for c in range(start - left, start) if left > 0):
                continue
            unmerge_row(sh, r)
            N.slide(sh, r, left, start)

    return spoil


def slid_funding(p):
    sh = p.sheet
    rows = rows_of(sh, "item")
    r = p.rng.choice(rows[1:] or rows)
    c = min(c for q, c in sh.of("item") if q == r)
    n = p.rng.choice([1, -1])
    if n == 1 and ((r, c - 1) in sh.cells or c == 0):
        n = -1
    unmerge_row(sh, r)
    N.slide(sh, r, n, c)


def slid_total(p):
    sh = p.sheet
    (r, c) = min(sh.of("total_weight", "total_score"))
    n = p.rng.choice([1, -1]) if (r, c - 1) not in sh.cells else -1
    unmerge_row(sh, r)
    N.slide(sh, r, n, c)


def notes(p):
    rng = p.rng
    sh = p.sheet = N.offset(p.sheet, 3, 1)
    said = []

    def put(r, c, label, text):
        if (r, c) not in sh.cells:
            sh.put(r, c, f"{label}：{text}" if label else text, "extra")  # read back as label and text
            said.append({"label": label, "text": text})

    put(0, 0, None, rng.choice(["报送稿", "（第二次修改）", "请于3月15日前报送", "内部"]))
    put(1, 2, "报送单位", "计财科（盖章）")
    rows, cols = sh.size()
    put(rng.choice(rows_of(sh)), cols + 1, None, rng.choice(["已与决算核对", "数据待核", "√", "见附页3"]))
    put(rng.choice(rows_of(sh, "item")), cols + 1, None, "附银行回单2张")
    put(rows + 1, 2, "注", "本表一式两份。")
    sh.put(rows + 2, 1, "审核人")
    sh.put(rows + 2, 2, "陆长风", "extra")
    p.answer["extra"] += [*said, {"label": "审核人", "text": "陆长风"}]


def lone_tails(p):
    """Lines under the form that look like a year or a total but are none of its own."""
    sh = p.sheet
    rows, _ = sh.size()
    text = p.rng.choice(["2023年", "合计", "总分", "2024年度", "项目资金", "数量指标", "分值"])
    sh.put(rows + 1, p.rng.choice([0, 3]), text, "extra")
    p.answer["extra"].append({"label": None, "text": text})


def header_again(p):
    """A page break repeats the header of the indicators."""
    sh = p.sheet
    rows = rows_of(sh)
    if len(rows) < 4:
        return
    r = p.rng.choice(rows[2:-1])
    heads = sorted({k[0] for k in sh.of("label") if k[0] < rows[0] and k[0] > rows_of(sh, "item")[-1] and str(sh.cells[k].v).replace("\n", "") in HEADERS})
    heads = [h for h in heads if h in (rows[0] - 1, rows[0] - 2)]
    n = len(heads)
    for (a, b, d, e) in list(sh.merges):
        if a < r <= d:
            sh.merges.remove((a, b, d, e))
    kept = [(a - heads[0], b, d - heads[0], e) for a, b, d, e in sh.merges if a in heads and d in heads]
    head = {(k[0] - heads[0], k[1]): copy.copy(v) for k, v in sh.cells.items() if k[0] in heads and str(v.v).replace("\n", "") in HEADERS}
    sh = p.sheet = N.insert_rows(sh, *[r] * n)
    for (a, b), v in head.items():
        sh.cells[r + a, b] = v
    sh.merges += [(a + r, b, d + r, e) for a, b, d, e in kept]
    if p.rng.random() < 0.5:  # some programs repeat the level, too
        for role in ("level1", "level2"):
            if (r + n, sh.of(role)[0][1]) not in sh.cells:
                above = max(k for k in sh.of(role) if k[0] < r)
                sh.cells[r + n, above[1]] = copy.copy(sh.cells[above])


HEADERS = "绩效指标 年度绩效指标完成情况 一级指标 二级指标 三级指标 指标名称 年度指标值 年度指标值（A） 年初目标值（A） 指标值(A) 指标性质 指标值 度量单位 实际完成值 实际完成值（B） 全年实际值(B) 完成值 分值 权重 考核分值 评分标准 得分 偏差原因分析及改进措施 未完成原因分析及改进措施 未完成原因分析".split()


def blank_rows(p):
    rows = rows_of(p.sheet)
    p.sheet = N.insert_rows(p.sheet, *p.rng.sample(rows[1:], min(3, len(rows) - 1)), rows_of(p.sheet, "item")[0] + 1)


def hidden(p):
    sh = p.sheet
    if not p.hides:
        return
    sh.hidden_rows = set(p.rng.sample(rows_of(sh), 2))
    sh.hidden_cols = {sh.of("weight", "score")[0][1]}


def two_stacked(gap):
    def spoil(p):
        sh, answer = p.again()
        p.sheet = N.stacked([p.sheet, sh], gap)
        p.answers.append(answer)

    return spoil


def two_beside(p):
    sh, answer = p.again()
    p.sheet = N.beside([p.sheet, sh], 1)
    p.answers.append(answer)


def cover(p):
    page = Sheet("封面")
    for r, text in enumerate(["项目支出绩效自评材料", "单位：（盖章）", "二〇二四年三月"]):
        page.put(2 * r, 2, text, "extra")
    help_ = Sheet("填表说明")
    for r, text in enumerate(["填表说明", "1.项目名称：填写批复的项目全称。", "2.全年预算数：指调整后的预算。", "3.得分不得超过分值。"]):
        help_.put(r, 0, text, "extra")
    p.sheets[:0] = [page] if p.one_sheet else [page, help_]


def rates(p):
    """Rates as text, as text in full width, or as 96.5 under 执行率(%)."""
    sh, way = p.sheet, p.rng.choice(["text", "wide", "points"])
    if way == "points":
        texts(sh, ("fund_rate",), lambda v: Num(str(v)[:-1]))
        heads = [k for k in sh.of("label") if str(sh.cells[k].v).startswith(("执行率", "预算执行率"))]
        for k in heads:
            sh.cells[k].v = str(sh.cells[k].v).split("（")[0].split("(")[0] + "（%）"
    else:
        texts(sh, ("fund_rate",), lambda v: str(v) if way == "text" else N.wide(str(v)))


def amounts(p):
    """Amounts as texts: separators, full-width commas, a unit, full-width digits."""
    way = p.rng.choice(["comma", "wide comma", "unit", "wide"])
    unit = p.answer.get("money_unit", "万元")

    def change(v):
        n = Decimal(v.text)
        if way == "unit":
            return f"{n:f}{unit}"
        if way == "wide":
            return N.wide(f"{n:f}")
        shown = f"{n:,.2f}"
        return shown.replace(",", "，") if way == "wide comma" else shown

    texts(p.sheet, MONEY, change)


def points_text(p):
    texts(p.sheet, ("weight", "score", "fund_weight", "fund_score", "total_weight", "total_score"), lambda v: p.rng.choice([str(v), str(v) + "分", N.wide(str(v))]))


def marks(p):
    """Signs for "empty" in every empty cell of the table."""
    sh = p.sheet
    cols = {k[1] for m in MOVABLE for k in sh.of(m)}
    covered = {(r, c) for a, b, d, e in sh.merges for r in range(a, d + 1) for c in range(b, e + 1)}
    for r in rows_of(sh):
        for c in cols:
            if (r, c) not in sh.cells and (r, c) not in covered:
                sh.put(r, c, p.rng.choice(["—", "/", "*", "@@@", "——"]), "mark")


def year_elsewhere(p):
    sh = p.sheet
    if not sh.of("year"):
        return  # it stands in the title already
    at, title = sh.of("year")[0], sh.of("title")[0]
    year = p.answer["year"]
    way = p.rng.choice(["title", "brackets lost", "spaces", "year only", "title brackets"])
    if way in ("title", "title brackets"):
        del sh.cells[at]
        said = str(sh.cells[title].v)
        sh.cells[title].v = said + f"（{year}年度）" if way == "title brackets" else f"{year}年度{said.removeprefix(f'{year}年度')}"
        p.answer["title"] = sh.cells[title].v
    else:
        sh.cells[at].v = {"brackets lost": f"{year}年度)", "spaces": f"（ {year} 年度 ）", "year only": f"（{year}年）"}[way]


def beside_label(p):
    """`项目名称：某项目` in one cell."""
    sh = p.sheet
    for role in ("project", "authority", "unit"):
        at = sh.of(role)[0]
        left = [k for k in sh.of("label") if k[0] == at[0] and k[1] < at[1]]
        if not left or at[0] > 6:
            continue
        label = max(left)
        sh.merges = [m for m in sh.merges if not (m[0] == at[0] and m[1] <= at[1] <= m[3])]
        sh.cells[label].v = f"{sh.cells[label].v}：{sh.cells.pop(at).v}"


def formulas(p):
    """A rate and the total as formulas; some programs store no value with them."""
    sh = p.sheet
    for k in [*sh.of("fund_rate")[:1], *sh.of("total_score")]:
        v = sh.cells[k].v
        if isinstance(v, Num):
            sh.cells[k].v = Formula(f"={v.text}+0", v, v.fmt)
    if not p.stores:
        p.answer["funding"][0]["rate_as_written"] = p.answer["total"]["score"] = None


def odd_spaces(p):
    """Blanks around and inside values, as pasted from elsewhere."""
    sh = p.sheet
    for k in sh.of("level3", "target", "actual", "deviation", "project", "goal"):
        v = sh.cells[k].v
        if isinstance(v, str) and p.rng.random() < 0.5:
            sh.cells[k].v = p.rng.choice([" ", "\u3000", "\n"]) + v + p.rng.choice(["", " ", "\u00a0"])


KINDS = {
    "none": lambda p: None,
    "offset": offset,
    "merges lost": merges_lost,
    "merges repeated": merges_repeated,
    "labels spaced": labels_spaced,
    "labels in full width": labels_wide,
    "other labels": labels_other,
    "columns permuted": permuted,
    "row slid left": slid(1),
    "row slid left by two": slid(2),
    "row slid right": slid(-1),
    "rows slid": slid(1, 3),
    "funding slid": slid_funding,
    "total slid": slid_total,
    "notes around": notes,
    "lone tail line": lone_tails,
    "header repeated": header_again,
    "blank rows": blank_rows,
    "hidden": hidden,
    "two stacked": two_stacked(2),
    "two stacked tight": two_stacked(0),
    "two beside": two_beside,
    "cover": cover,
    "rates": rates,
    "amounts": amounts,
    "points as text": points_text,
    "blank marks": marks,
    "year elsewhere": year_elsewhere,
    "label and value": beside_label,
    "formulas": formulas,
    "odd spaces": odd_spaces,
}
# Kinds that go together on one sheet, in this order.
MIXED = ["amounts", "rates", "blank marks", "odd spaces", "year elsewhere", "header repeated", "row slid left", "blank rows", "other labels", "labels spaced", "notes around", "merges lost"]


def mixed(p):
    for kind in [k for k in MIXED if p.rng.random() < 0.4]:
        KINDS[kind](p)


KINDS["mixed"] = mixed
