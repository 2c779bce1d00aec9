"""Where the indicators stand, under which words, and where 总分 does."""

from forms import Num, indicators
from layouts import num, runs
from page import Part, columns, layout, say, with_column, wordings
from said import PIPES, SMALL

LEVELS = ("level1", "level2", "level3")


def target(i):
    """Operator, number, unit of a target."""
    text = str(i.target)
    op, rest = (text[0], text[1:]) if text[0] in "≥≤" else ("", text)
    digits = rest[: sum(c.isdigit() or c == "." for c in rest)]
    return op or None, digits or rest, (rest[len(digits) :] if digits else "") or None


def part(n):
    """A column of one part of the target."""
    return lambda i, q: target(i)[n] and Part(target(i)[n])


def put_back(p, **fields):
    """What is to be read in a field, whatever was put down for it."""
    for key, values in fields.items():
        for i, v in zip(p.form.indicators, values, strict=True):
            setattr(i, key, v)


def of(p, *keys):
    """The fields of the indicators as they are now."""
    return [[getattr(i, k) for i in p.form.indicators] for k in keys]


NUMBERS = "126", "312", "99.5", "85", "5.6", "基本健全", "96"


@layout
def target_unit_before_value(p):
    """The target in three columns, the unit before the value"""
    p.start()
    (targets,) = of(p, "target")
    three = ("指标性质", part(0)), ("度量单位", part(2)), ("指标值", part(1))
    p.table(columns(*LEVELS, *three, "actual", "weight", "score", "deviation"))
    put_back(p, target=targets)


@layout
def target_and_actual_with_units(p):
    """Target and completed value each with a column 单位 behind it"""
    p.start()
    (targets,) = of(p, "target")
    actuals = [n + (target(i)[2] or "") for n, i in zip(NUMBERS, p.form.indicators)]
    value = ("指标值", lambda i, q: Part((target(i)[0] or "") + target(i)[1]))
    four = value, ("单位", part(2)), ("完成值", lambda i, q: Part(NUMBERS[q])), ("单位", part(2))
    p.table(columns(*LEVELS, *four, "weight", "score", "deviation"))
    put_back(p, target=targets, actual=actuals)


@layout
def target_in_three_as_numbers(p):
    """The target in three columns; its values and the completed ones are number cells"""
    p.start()
    (targets,) = of(p, "target")
    number = lambda t: Num(t) if t[0].isdigit() else Part(t)
    value, actual = ("指标值", lambda i, q: number(target(i)[1])), ("实际完成值", lambda i, q: number(NUMBERS[q]))
    four = ("指标性质", part(0)), value, ("度量单位", part(2)), actual
    p.table(columns(*LEVELS, *four, "weight", "score", "deviation"))
    put_back(p, target=targets, actual=NUMBERS)


@layout
def target_kind_column(p):
    """指标性质 says 定量 or 定性 and is no operator"""
    p.start()
    p.table(with_column("指标性质", lambda i, q: "定量" if target(i)[0] else "定性", "target"))


@layout
def target_direction_in_words(p):
    """指标性质 says 正向 or 定性: the target has no operator, and this is told"""
    p.start()
    kind = ("指标性质", lambda i, q: "正向" if target(i)[0] else "定性")
    bare = ["".join(t for t in target(i)[1:] if t) for i in p.form.indicators]
    three = kind, ("指标值", part(1)), ("度量单位", part(2))
    p.table(columns(*LEVELS, *three, "actual", "weight", "score", "deviation"))
    put_back(p, target=bare)
    p.told = "T01"


@layout
def target_in_name(p):
    """Name and target in one cell: the name stays as typed, the missing target is told"""
    p.start()
    for n, i in enumerate(p.form.indicators, 1):
        i.level3 = f"指标{n}：{i.level3}{i.target}"
    p.table(columns(*LEVELS, "actual", "weight", "score", "deviation"))
    p.told = "T03"


@layout
def target_under_years(p):
    """Headers that begin with a year: last year's value is an extra"""
    p.start()
    years = ("2022年实际值", lambda i, q: f"上年{100 + q}"), ("2023年目标值", "target"), ("2023年实际完成值", "actual")
    p.table(columns(*LEVELS, *years, "weight", "score", "deviation"))


@layout
def target_after_another(p):
    """Another target, of the whole period or of the start of the year, stands before the one that counts"""
    words = ("实施期指标值", "年度指标值"), ("年初目标值", "调整后目标值"), ("年初目标值", "年度指标值")

    def draw(q, first, counts):
        q.start()
        cols = with_column(first, lambda i, n: f"≥{500 + n}总", "target")
        q.table([(counts, k) if k == "target" else (h, k) for h, k in cols])

    return wordings(SMALL, words, draw)


@layout
def target_other_words(p):
    """Other words for target and completed value"""
    words = ("目标指标值", "完成指标值"), ("绩效目标值", "绩效完成值"), ("计划值", "完成值"), ("年度目标值", "年度完成值")

    def draw(q, expected, done):
        q.start()
        q.table(columns(target=expected, actual=done))

    return wordings(SMALL, words, draw)


@layout
def target_under_words_of_goals(p):
    """预期目标 is a word of the goals; as a header of the indicators it is read as what it must be, and told"""
    p.start()
    p.table(columns(target="预期目标", actual="实际完成情况"))
    p.told = "S12"


@layout
def header_words_nobody_listed(p):
    """Words over the columns that no list has: read as what they must be, and told"""
    p.start()
    p.table(columns(level3="具体指标", target="年初批复指标值", actual="年末实现值", weight="赋分", score="本级自评得分", deviation="差异原因和下步措施"))
    p.told = "S12"


@layout
def target_merged_with_name(p):
    """In one row the name is merged over its target, which is missing there"""
    p.start()
    p.form.indicators[4].target = None
    at = p.table()
    r = p.r - 4
    p.put(r, at["level3"], p.form.indicators[4].level3, at["target"])
    p.told = "T03"


@layout
def target_as_per_cent_cells(p):
    """Targets and completed values are numbers that their format shows as ≥98%"""
    p.start()
    i = p.form.indicators
    for row, t, a in ((2, "0.98", "0.995"), (3, "0.9", "0.85"), (6, "0.95", "0.96")):
        i[row].target = Num(t, '"≥"0%', f"≥{int(float(t) * 100)}%")
        i[row].actual = Num(a, "0.0%", f"{float(a) * 100:.1f}%")
    p.table()


@layout
def header_groups_unlisted(p):
    """Two header rows: groups that no list knows, one with 评分标准 inside"""
    p.start()
    standard = ("评分标准", lambda i, q: f"达标得满分，否则按比例{q}")
    cols = columns(*LEVELS, "target", "actual", "weight", standard, "score", "deviation", target="目标值", actual="完成值")
    two_rows(p, cols, [("指标完成情况", 4, 5), ("评分情况", 6, 8)])


@layout
def header_group_known(p):
    """Two header rows: 指标值 over 年初目标值 and 全年实际值"""
    p.start()
    two_rows(p, columns(target="年初目标值", actual="全年实际值"), [("指标值", 4, 5)])


@layout
def header_group_scores(p):
    """Two header rows: 得分 over 自评得分 and 复核得分, with two sums"""
    p.start()
    cols = with_column("复核得分", lambda i, q: float(i.score) - 0.5, "deviation")
    two_rows(p, [("自评得分", k) if k == "score" else (h, k) for h, k in cols], [("得分", 7, 8)])
    p.line((8, 94.46), r=p.r - 1)


def two_rows(p, cols, groups):
    """A table whose header has two rows: `groups` are (label, first column, last column)."""
    r = p.r
    p.put(r, 0, "绩效指标", down=r + 1)
    inner = {c for _, a, b in groups for c in range(a, b + 1)}
    for c, (h, _) in enumerate(cols, 1):
        p.put(r + 1 if c in inner else r, c, h, down=r + 1)
    for h, a, b in groups:
        p.put(r, a, h, b)
    p.r = r + 2
    at = {k: c for c, (_, k) in enumerate(cols, 1) if isinstance(k, str)}
    p.rows(cols, p.form.indicators)
    p.unprinted(at)
    p.sum(at)


@layout
def header_notes(p):
    """Line breaks, remarks and rules inside the headers"""
    p.start()
    words = {
        "level1": "一级\n指标",
        "level2": "二级\n指标",
        "level3": "三级指标\n（指标内容）",
        "target": "年度指标值\n（全年目标）",
        "actual": "全年实际完成值（截至12月31日）",
        "weight": "分值\n100分",
        "score": "得分（自评）",
        "deviation": "偏差原因分析及改进措施（得分低于分值的必填）",
    }
    p.table(columns(**words))


@layout
def header_repeated_at_page(p):
    """The header again after a line 第1页 共2页"""
    p.start()
    rows = p.form.indicators
    p.part(columns(), rows[:4])
    p.line(say(0, "第1页 共2页", 9))
    p.sum(p.part(columns(), rows[4:]))


@layout
def levels_three_weights(p):
    """分值 behind each level: only that of the indicator is its weight, the others stay extras"""
    p.start()
    first, second = ("分值", sums(p, "level1")), ("分值", sums(p, "level1", "level2"))
    cols = columns("level1", first, "level2", second, "level3", "weight", "target", "actual", "score", "deviation")
    p.table(cols, block=None, style=None)


def sums(p, *keys):
    """The weights of a level together, in its first row."""
    level = lambda i: [getattr(i, k) for k in keys]
    inds = p.form.indicators

    def weight(i, q):
        again = q and level(inds[q - 1]) == level(i)
        return None if again else sum(int(j.weight) for j in inds if level(j) == level(i))

    return weight


@layout
def levels_one_row_each_with_sums(p):
    """Level 1 has a row of its own that holds its sums"""
    p.start()
    cols = [(h, None if k == "level1" else k) for h, k in columns()]
    at = p.part(cols, [])
    for rows in by_level(p):
        p.line((1, f"{rows[0].level1}（{rows[0].level1_weight}分）"), *both_sums(rows))
        p.rows(cols, rows)
    p.sum(at)


@layout
def levels_in_title_rows(p):
    """Level 1 stands in full rows between the indicators and has no column"""
    p.start()
    cols = columns("level2", "level3", "target", "actual", "weight", "score", "deviation")
    at = p.part(cols, [])
    for rows in by_level(p):
        p.line((0, f"{rows[0].level1}（{rows[0].level1_weight}分）", 7))
        p.rows(cols, rows)
    p.sum(at)


@layout
def levels_under_block_label(p):
    """Level 1 stands under 绩效指标 instead of 一级指标: not read, and said so"""
    p.start()
    p.table(columns(level1="绩效指标"), block=None)
    lost = [f"{i.level1}（{i.level1_weight}分）" for i in p.form.indicators]
    put_back(p, level1=[None] * len(lost), level1_weight=[None] * len(lost))
    p.keep(*dict.fromkeys(lost))
    p.told = "S05"


@layout
def levels_joined(p):
    """产出指标-数量指标 in one column 指标类型: not read, and said so"""
    p.start()
    joined = ("指标类型", lambda i, q: f"{i.level1}-{i.level2}")
    p.table(columns(joined, "level3", "target", "actual", "weight", "score", "deviation"))
    p.told = "S05"


@layout
def levels_without_second(p):
    """There is no column 二级指标"""
    p.start()
    p.table([c for c in columns() if c[1] != "level2"])


@layout
def levels_other_words(p):
    """Points with level 2, numbers before both levels, short words: what is read is canonical or as short"""

    def draw(q, first, second, stays=False):
        q.start()
        level1, level2 = of(q, "level1", "level2")
        pairs = list(zip(q.form.indicators, level1, level2))
        put_back(q, level1=[first(i, a) for i, a, _ in pairs], level2=[second(i, b) for i, _, b in pairs])
        q.table()
        if not stays:
            put_back(q, level1=level1, level2=level2)

    numbers = {"产出指标": "（一）", "效益指标": "（二）", "满意度指标": "（三）"}
    short = lambda i, text: text.removesuffix("指标")
    words = [
        (lambda i, a: a, lambda i, b: f"{b}（{i.weight}分）"),
        (lambda i, a: numbers[a] + a, lambda i, b: "1." + b),
        (short, short, True),
    ]
    return wordings(PIPES, words, draw)


@layout
def number_column(p):
    """序号 before level 1, the same without the label 绩效指标, and before the names"""

    def draw(q, before, block):
        q.start()
        q.table(with_column("序号", lambda i, n: n + 1, before), block)

    return wordings(PIPES, [("level1", "绩效指标"), ("level1", None), ("level3", "绩效指标")], draw)


@layout
def number_in_name(p):
    """指标1： is typed before each name and stays"""
    p.start()
    put_back(p, level3=[f"指标{n}：{i.level3}" for n, i in enumerate(p.form.indicators, 1)])
    p.table()


@layout
def name_merged_over_two_rows(p):
    """Two rows share a name, which is told"""
    p.start()
    p.form.indicators[1].level3 = None
    at = p.table()
    p.put(p.r - 8, at["level3"], p.form.indicators[0].level3, down=p.r - 7)
    p.form.indicators[1].level3 = p.form.indicators[0].level3
    p.told = "S10"


@layout
def weight_merged_over_two_rows(p):
    """Two rows share a weight and a score, which belong to the first; the missing ones are told"""
    p.start()
    first, second = p.form.indicators[:2]
    first.weight, first.score, second.weight, second.score = "30", "30", None, None
    at = p.table()
    for k in ("weight", "score"):
        p.put(p.r - 8, at[k], num(getattr(first, k)), down=p.r - 7)
    p.told = "P01"


@layout
def reason_merged_over_rows(p):
    """One reason, merged over three rows, is that of each"""
    p.start()
    rows = p.form.indicators[3:6]
    reason = rows[0].deviation
    rows[2].deviation = None
    at = p.table()
    p.put(p.r - 5, at["deviation"], reason, down=p.r - 3)
    for i in rows:
        i.deviation = reason


@layout
def many_in_one_cell(p):
    """Three indicators in one cell of each column, by lines, stay one"""
    p.form.indicators = indicators(r"""
        产出指标|50|数量指标|1.培训期数\n2.培训人数\n3.教材份数|1.≥6期\n2.≥300人\n3.≥310份|1. 7期\n2. 305人\n3. 311份|50|49|教材晚到
        效益指标|30|社会效益指标|知晓率|≥90%|91%|30|30|
        满意度指标|10|服务对象满意度指标|学员满意度|≥95%|97%|10|10|
    """)
    p.form.total = ("100", "98.52")
    p.start()
    p.table()


@layout
def weight_after_level1(p):
    """分值 stands between level 1 and level 2"""
    p.start()
    p.table(columns("level1", "weight", "level2", "level3", "target", "actual", "score", "deviation"))


@layout
def weight_in_per_cent(p):
    """权重（%） for 分值"""
    p.start()
    p.table(columns(weight="权重（%）"))


@layout
def weight_standard_points(p):
    """标准分, 评分; 备注 is no reason and stays an extra"""
    p.start()
    p.table(columns(weight="标准分", score="评分", deviation="备注"))
    p.forget("deviation")
    p.told = "P06"


def two_scores(p, own, other):
    """Two columns of scores, the form's own and another that is lower."""
    p.start()
    cols = with_column(other, lambda i, q: float(i.score) - 0.5, "deviation")
    return p.table([(own, k) if k == "score" else (h, k) for h, k in cols])


@layout
def score_of_two(p):
    """Two columns of scores: the form's own counts, not 复核得分, plain 得分 or that of another body"""
    words = [
        ("自评得分", "复核得分"),
        ("自评得分", "得分"),
        ("单位自评得分", "得分"),
        ("自评得分（主管部门）", "自评得分（财政部门）"),
    ]
    return wordings(SMALL, words, two_scores)


@layout
def score_and_review_with_two_sums(p):
    """The row of 总分 holds three numbers"""
    at = two_scores(p, "得分", "财政评价得分")
    p.line((at["score"] + 1, 94.46), r=p.r - 1)


def beside(p, title, header):
    """Scores two columns right of the form, in its rows."""
    p.start()
    p.table()
    end = p.r
    if title:
        p.line(say(11, title), r=0)
    p.line((11, header), r=end - 9)
    for q in range(7):
        p.line((11, 80 + q), r=end - 8 + q)
    return end


@layout
def score_beside_the_form(p):
    """A second 得分 right of the form, a blank column between"""
    beside(p, None, "得分")


@layout
def score_of_review_beside_the_form(p):
    """复核得分 with its title and its sum right of the form"""
    end = beside(p, "财政复核意见", "复核得分")
    p.line((11, 88.8), r=end - 1)


@layout
def reason_in_two_columns(p):
    """完成情况 after the completed value, 未完成原因 and 改进措施 apart"""
    p.start()
    cols = with_column("完成情况", lambda i, q: f"完成{q}成", "weight")
    cols = [("未完成原因", k) if k == "deviation" else (h, k) for h, k in cols]
    p.table([*cols, ("改进措施", lambda i, q: i.deviation and f"措施{q}")])


@layout
def reason_other_words(p):
    """Other words for the reason"""
    words = "偏差原因分析及整改措施", "未完成原因（如有）", "偏差原因分析及改进措施（如有）"

    def draw(q, text):
        q.start()
        q.table(columns(deviation=text))

    return wordings(SMALL, words, draw)


@layout
def extra_columns(p):
    """完成率, 偏差率, 评分标准 and 备注 between and behind the known columns"""
    p.start()
    cols = with_column("完成率", lambda i, q: f"{100 + q}%", "weight")
    cols.insert(6, ("偏差率", lambda i, q: f"{q}%"))
    cols.insert(8, ("评分标准", lambda i, q: f"完成得{q}分"))
    p.table([*cols, ("备注", lambda i, q: f"备{q}")])


def by_level(p):
    """The rows of each level 1."""
    rows = p.form.indicators
    return [rows[a : b + 1] for a, b in runs(rows, lambda i: i.level1)]


def both_sums(rows):
    """The sums of some rows in the usual columns."""
    return (6, sum(int(i.weight) for i in rows)), (7, sum(float(i.score) for i in rows))


@layout
def subtotals(p):
    """小计 below each level 1, in its column or in that of level 2"""

    def draw(q, col):
        q.start()
        at = q.part(columns(), [])
        for rows in by_level(q):
            q.rows(columns(), rows)
            q.line((col, "小计", 5), *both_sums(rows))
        q.sum(at)

    return wordings(PIPES, [1, 2], draw)


@layout
def total_other_words(p):
    """Other words for 总分"""
    words = "综合得分", "自评总得分", "总 计 得 分", "总得分（100分）", "绩效自评得分"

    def draw(q, text):
        q.start()
        q.table(total=text)

    return wordings(SMALL, words, draw)


@layout
def total_on_top(p):
    """合计 stands between the header and the indicators"""
    p.start()
    p.sum(p.part(columns(), []), "合计")
    p.rows(columns(), p.form.indicators)


@layout
def total_in_head(p):
    """自评总分 and 自评等级 stand in the head: not read, and said so"""
    p.head()
    p.line(say(0, "自评总分", 1), (2, 97.96, 4), say(5, "自评等级"), say(6, "优", 9))
    p.funding()
    p.goals()
    p.table(total=None)
    p.told = "S03 S05"


@layout
def total_in_one_cell(p):
    """总分：97.96分 in one cell"""
    p.start()
    p.table(total=None)
    p.line((0, "总分：97.96分", 9))
    p.form.total = (None, "97.96")


@layout
def total_in_one_cell_with_grade(p):
    """自评得分 and 自评等级 in one cell: kept, and the missing 总分 is told"""
    p.start()
    p.table(total=None)
    p.line(say(0, "自评得分：97.96分        自评等级：优", 9, ["97.96分", "优"]))
    p.told = "S03"


@layout
def target_of_next_year(p):
    """Target and completed value of this year, and the target of the next"""
    p.start()
    after = ("2024年目标值", lambda i, q: f"≥{q + 7}项")
    p.table(columns(*LEVELS, "target", "actual", after, "weight", "score", "deviation", target="2023年目标值", actual="2023年完成值"))


@layout
def total_over_two_columns(p):
    """The total's score is merged over 分值 and 得分"""
    p.start()
    score = p.form.total[1]
    p.form.total = (None, None)
    at = p.table(total=None)
    p.put(p.r, 0, "总分", at["weight"] - 1)
    p.put(p.r, at["weight"], Num(str(score)), at["score"])
    p.form.total = (None, score)
