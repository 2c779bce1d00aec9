"""Where the money stands, in which unit, under which words."""

from decimal import Decimal

from forms import Fund, Num, indicators
from page import FUND, ITEMS, layout, say, wordings
from said import PIPES, SMALL

PLAIN = "项目资金"


def only(*keys):
    """These columns of the money, in this order."""
    return {k: FUND[k] for k in keys}


def in_yuan(form, texts, draw):
    """One sheet a wording of 元; `draw(page, text)` gives what is special about its money."""

    def whole(p, text):
        money = draw(p, text) or {}
        if not p.r:
            p.head()
        p.funding(times=10000, **{"block": PLAIN, **money})
        p.rest()

    return wordings(form, texts, whole)


@layout
def yuan_notes(p):
    """元 in a note of its own between head and money, in every wording"""
    notes = [
        "单位：元",
        "（单位：元）",
        "金额单位：元",
        "单位：人民币元",
        "单位（元）",
        "单位：元、%",
        "金额单位：元（保留两位小数）",
        "资金单位：元",
        "计量单位：元",
        "货币单位：元",
        "单位 元",
        "【单位：元】",
        "金额：元",
        "2023年度    单位：元",
        "编制单位：住建局   金额单位：元",
        "填报日期：2024年3月1日  单位：元",
    ]

    def note(q, text):
        q.head()
        q.line((6, text, 9))

    return in_yuan(SMALL, notes, note)


@layout
def yuan_blocks(p):
    """元 in the label of the block, in every wording"""
    blocks = [
        "项目资金（元）",
        "项目资金（单位：人民币元）",
        "项目资金\n(元,保留两位小数)",
        "项目资金：元",
        "项目资金单位：元",
        "项目资金(元)(10分)",
        "预算执行情况（10分，单位：元）",
        "项目资金/元",
        "资金使用情况（元）",
        "项目预算资金（元）",
        "项目资金\n元",
        "项目资金情况(金额单位：元)",
    ]
    return in_yuan(SMALL, blocks, lambda q, text: {"block": text})


@layout
def yuan_headers(p):
    """元 in the headers of the three columns, in every wording"""
    marks = ["（元）", "（单位：元）", "（A，元）", "(A)(元)", "\n元", "/元"]
    money = ("initial", "budget", "executed")
    return in_yuan(SMALL, marks, lambda q, text: {"words": {k: FUND[k] + text for k in money}})


@layout
def yuan_in_item_labels(p):
    """元 in the labels of the rows: of the total only, with brackets or a colon, or of all"""
    total = [{**ITEMS, "年度资金总额": "年度资金总额" + mark} for mark in ("（元）", "：（元）")]
    every = {"年度资金总额": "年度资金总额（元）", "本年财政拨款": "其中：财政拨款（元）", "其他资金": "其他资金（元）"}
    return in_yuan(PIPES, [*total, every], lambda q, items: {"items": items})


@layout
def yuan_in_title(p):
    """元 in brackets after the title"""
    p.form.title += "（单位：元）"
    p.head()
    p.funding(block=PLAIN, times=10000)
    p.rest()


@layout
def yuan_in_joint_line(p):
    """元 in a line above the form that says three things"""
    p.title(year=False)
    line = "填报单位：清河市住建局      填报日期：2024年3月2日      单位：元"
    p.line(say(0, line, 9, ["清河市住建局", "2024年3月2日"]))
    p.line((0, "（2023年度）", 9))
    p.head(title=False)
    p.funding(block=PLAIN, times=10000)
    p.rest()


@layout
def yuan_row_under_header(p):
    """（元） in a row of its own under the three headers"""
    p.head()
    p.funding(block=PLAIN, times=10000, rows=2)
    p.line(*((c, "（元）") for c in (3, 4, 5)), r=p.r - 4)
    p.r += 3
    p.rest()


@layout
def yuan_column(p):
    """A column 单位 that says 元 in each row of the money"""
    p.head()
    cols = {(lambda f: "元"): "单位", **only("initial", "budget", "executed", "rate", "score")}
    p.put(p.r, 2, "资金来源")
    p.funding(cols, block=PLAIN, times=10000)
    p.rest()


@layout
def yuan_and_wan_yuan(p):
    """Budgets in 万元, what was spent in 元"""
    p.head()
    words = {"initial": "年初预算数（万元）", "budget": "全年预算数（万元）", "executed": "全年执行数（元）"}
    p.funding(block=PLAIN, times={"executed": 10000}, words=words)
    p.rest()


@layout
def yuan_note_but_wan_yuan_block(p):
    """The note says 元, the label of the block 万元, which is nearer"""
    p.head()
    p.line((8, "单位：元", 9))
    p.funding(block="项目资金（万元）")
    p.rest()


@layout
def money_with_unit_in_cells(p):
    """Each amount is a text with 万元 behind it"""
    p.head()
    p.funding()
    for r in range(p.r - 3, p.r):
        for c in (3, 4, 5):
            p.put(r, c, f"{p.sh.cells[r, c].v}万元")
    p.rest()


def grouped(p, words, groups, block="项目资金（万元）", times=1):
    """A header of two rows: `groups` are (label, first field, last field); the other headers reach down."""
    p.head()
    r, cols = p.r, only("initial", "budget", "executed", "rate", "weight", "score")
    at = {k: 3 + n for n, k in enumerate(cols)}
    p.funding(cols, block, times, rows=2)
    p.put(r, 2, "资金来源", down=r + 1)
    inside = {k for _, a, b in groups for k in cols if at[a] <= at[k] <= at[b]}
    for k, c in at.items():
        p.put(r + 1 if k in inside else r, c, words.get(k, FUND[k]), down=r + 1)
    for label, a, b in groups:
        p.put(r, at[a], label, at[b])
    p.rest()


@layout
def header_groups(p):
    """Two header rows: 执行情况 over what was spent and the rate; 预算数 over the first and the adjusted budget"""
    words = {"initial": "年初预算", "budget": "调整后预算", "executed": "执行数"}
    groups = [({}, [("执行情况", "executed", "rate")]), (words, [("预算数", "initial", "budget")])]
    return wordings(PIPES, groups, grouped)


@layout
def header_groups_in_yuan(p):
    """Two header rows: two groups that state 元"""
    groups = [("预算安排情况（元）", "initial", "budget"), ("支出情况（元）", "executed", "rate")]
    grouped(p, {}, groups, PLAIN, 10000)


@layout
def header_adjustment_column(p):
    """调整预算, the difference, stands between the first and the full budget"""
    p.head()
    adjusted = {"年度资金总额": Decimal("30.5"), "本年财政拨款": Decimal("30.25")}
    more = only("budget", "executed", "rate", "weight", "score")
    p.funding({"initial": "年初预算", lambda f: adjusted.get(f.item): "调整预算", **more})
    p.rest()


@layout
def header_adjusted_again_at_the_right(p):
    """调整预算数 right of the usual columns repeats the full budget"""
    p.head()
    p.funding({**FUND, lambda f: Decimal(f.budget): "调整预算数"})
    p.rest()


@layout
def header_other_order(p):
    """What was spent first, then the budgets, the balance, rate, score, weight"""
    p.head()
    balance = {lambda f: Decimal(f.budget) - Decimal(f.executed): "结余资金"}
    p.put(p.r, 2, "资金来源")
    p.funding({**only("executed", "initial", "budget"), **balance, **only("rate", "score", "weight")})
    p.rest()


@layout
def header_words_for_spent(p):
    """Other words for 全年执行数"""
    words = ["实际支出数", "全年支出", "实际支出", "全年实际执行数", "支出金额", "决算数"]

    def draw(q, text):
        q.head()
        q.funding(words={"executed": text})
        q.rest()

    return wordings(SMALL, words, draw)


@layout
def header_received_is_not_spent(p):
    """到位资金 instead of 全年执行数 is no word for it"""
    p.head()
    p.funding(words={"executed": "到位资金"})
    for f in p.form.funding:
        p.keep(f.executed)
        f.executed = None
    p.told = "S03"
    p.rest()


@layout
def header_rate_is_an_indicator(p):
    """The rate is scored as the first indicator, the money has neither weight nor score"""
    p.head()
    p.funding(only("initial", "budget", "executed", "rate"))
    rate = "预算执行|10|预算执行率|预算执行率|≥95%|95.18%|10|9.52|十二月工程款次年支付"
    p.form.indicators = indicators(rate) + p.form.indicators
    p.told = "P05"
    p.rest()


def fields(of):
    """Number cells that are fields, by column."""
    return [(c, Num(v)) for c, v in of.items()]


@layout
def one_row_with_parts_as_columns(p):
    """One row of money without a label; the parts are columns of their own"""
    p.head()
    headers = "全年预算数", "其中：财政资金", "全年执行数", "其中：财政资金", "分值", "执行率", "得分"
    p.line((0, "项目资金（万元）", 1), *enumerate(headers, 2))
    p.line(*fields({2: "150.5", 4: "143.25", 6: "10", 8: "9.52"}), (3, 130.5), (5, 125.25), (7, "95.18%"))
    p.form.funding = [Fund(None, None, "150.5", "143.25", "10", "95.18%", "9.52")]
    p.rest()


@layout
def one_row_without_label(p):
    """One row of money without a label, the unit in the headers"""
    p.head()
    p.line((0, "年初预算数（万元）"), (2, "全年预算数（万元）"), (4, "全年执行数（万元）"), (6, "执行率"), (7, "分值"), (8, "得分"))
    p.line(*fields({0: "120", 2: "150.5", 4: "143.25", 7: "10", 8: "9.52"}), (6, "95.18%"))
    p.form.funding = [Fund(None, "120", "150.5", "143.25", "10", "95.18%", "9.52")]
    p.rest()


@layout
def pairs_in_two_rows(p):
    """Each amount beside its label, no table: not read, and said so"""
    p.head()
    p.line((0, "年初预算数（万元）", 1), (2, 120, 4), (5, "全年预算数（万元）"), (6, 150.5, 9))
    p.line((0, "全年执行数（万元）", 1), (2, 143.25, 4), (5, "预算执行率"), say(6, "95.18%", 9))
    p.form.funding, p.told = [], "S03 S05"
    p.rest()


@layout
def transposed(p):
    """Sources across, amounts down: not read, and said so"""
    p.head()
    p.put(p.r, 0, "项目资金（万元）", 1, p.r + 5)
    p.line((2, "项目"), (3, "年度资金总额"), (4, "其中：财政拨款"), (5, "其他资金"))
    rows = zip(("年初预算数", "全年预算数", "全年执行数"), ("initial", "budget", "executed"))
    for label, key in rows:
        p.line((2, label), *((c, float(getattr(f, key))) for c, f in enumerate(p.form.funding, 3)))
    p.line((2, "执行率"), *(say(c, f.rate) for c, f in enumerate(p.form.funding, 3)))
    p.line((2, "得分"), (3, 9.52))
    p.form.funding, p.told = [], "S03 S05"
    p.rest()


@layout
def below_indicators(p):
    """The money stands below the indicators: not read, and said so"""
    p.head()
    p.goals()
    p.table()
    p.funding()
    p.keep(*(v for f in p.form.funding for v in (f.initial, f.budget, f.executed)))
    p.form.funding, p.told = [], "S03 S05"


@layout
def items_total_last(p):
    """The total is the last row; the parts are numbered"""
    total, own, other = p.form.funding
    p.head()
    p.form.funding = [own, other, total]
    p.funding(items={"本年财政拨款": "1.财政拨款", "其他资金": "2.其他资金", "年度资金总额": "小计"})
    p.form.funding = [total, own, other]
    p.rest()


@layout
def items_numbered(p):
    """Chinese numbers before the items"""
    p.head()
    p.funding(items={"年度资金总额": "一、年度资金总额", "本年财政拨款": "（一）当年财政拨款", "其他资金": "（二）其他资金"})
    p.rest()


@layout
def items_unlisted(p):
    """Items that no list knows keep their own names"""
    names = "年度预算总额", "本级财政资金", "社会投入资金"
    for f, name in zip(p.form.funding, names):
        f.item = name
    p.head()
    p.funding(items={"本级财政资金": "其中：本级财政资金", "社会投入资金": "      社会投入资金"})
    p.rest()


@layout
def yuan_in_a_sentence(p):
    """元 in a sentence below the form, or in one above the money"""
    below = "注：本表金额单位为元，保留两位小数。", "注：本表金额均以元为单位"

    def draw(q, text):
        q.head()
        if text.startswith("注"):
            q.funding(block=PLAIN, times=10000)
            q.rest()
            q.line(say(0, text, 9, [text[2:]]))
        else:
            q.line((0, text, 9))
            q.funding(block=PLAIN, times=10000)
            q.rest()

    return wordings(SMALL, (*below, "金额以元为单位"), draw)


@layout
def millions(p):
    """百万元"""
    p.head()
    p.funding(block="项目资金（百万元）", times=Decimal("0.01"))
    p.rest()


@layout
def funding_column_before_the_first(p):
    """A column that is no field left of the first that is one"""
    p.head()
    p.funding({lambda f: 5: "上年结转", **FUND})
    p.rest()
