"""A form that is put on a sheet piece by piece; what of it is to be read follows from what was put down."""

import copy
from decimal import Decimal

import cases as C
from forms import Num
from layouts import Sheet, num, points, runs

FUND = {"initial": "年初预算数", "budget": "全年预算数", "executed": "全年执行数", "weight": "分值", "rate": "执行率", "score": "得分"}
ITEMS = {"本年财政拨款": "其中：当年财政拨款"}
MONEY = ("initial", "budget", "executed")
COLS = {
    "level1": "一级指标",
    "level2": "二级指标",
    "level3": "三级指标",
    "target": "年度指标值",
    "actual": "实际完成值",
    "weight": "分值",
    "score": "得分",
    "deviation": "偏差原因分析及改进措施",
}


class Said(tuple):
    """A cell that is no label: what it says must stay, as an extra if it is no field."""


class Part(str):
    """What one of several columns says of a field: no extra."""


def say(col, text, to=None, keep=None):
    return Said((col, text, to, keep))


def columns(*keys, **words):
    """(header, field or function of a row and its number); `words` are other headers."""
    return [k if isinstance(k, tuple) else (words.get(k, COLS[k]), k) for k in keys or COLS]


def with_column(header, of, before):
    """The usual columns and one more before that of a field."""
    cols = columns()
    cols.insert(list(COLS).index(before), (header, of))
    return cols


def shown(v):
    """As a person sees it."""
    return f"{v:g}" if isinstance(v, float) else str(v)


def cell(v):
    """A number cell where it is a number."""
    return num(shown(v)) if isinstance(v, (int, float, Decimal)) else v


class Page:
    """A sheet, how far it is filled, the form that is being put down, and what else is said on it."""

    def __init__(self, form, sheet=None, top=0, left=0):
        self.form = copy.deepcopy(form)
        self.sh = sheet or Sheet()
        self.sheets = [self.sh]
        self.r, self.left = top, left
        self.kept, self.told, self.suffix = [], "", ".xlsx"

    def next_sheet(self, name):
        self.sh, self.r = Sheet(name), 0
        self.sheets.append(self.sh)

    def put(self, r, c, v, to=None, down=None, role="label"):
        self.sh.put(r, self.left + c, cell(v), role, None if to is None else self.left + to, down)

    def line(self, *cells, r=None):
        """One row: `(column, label, last column)`, or what `say` gives."""
        r = self.r if r is None else r
        for x in cells:
            col, v, to = (*x, None)[:3]
            said = isinstance(x, Said) or isinstance(v, (int, float))
            self.put(r, col, v, to, role="said" if said else "label")
            if said:
                self.keep(*(x[3] or [v] if isinstance(x, Said) else [v]))
        self.r = r + 1
        return r

    def keep(self, *texts):
        self.kept += [shown(t) for t in texts if t is not None]

    def forget(self, *keys):
        """Fields of the indicators that are not recognised: what they say stays as an extra."""
        for i in self.form.indicators:
            for k in keys:
                self.keep(getattr(i, k))
                setattr(i, k, None)

    def truth(self):
        """What is to be read, what else must stay, and the codes of what must be told."""
        answer = C.answer(self.form)
        del answer["sheet"]
        return {**answer, "extra": [{"text": t} for t in self.kept], "told": self.told.split()}

    # The pieces of the usual form, of ten columns.

    def title(self, year=True):
        self.line((0, self.form.title, 9))
        if year:
            self.line((0, f"（{self.form.year}年度）", 9))

    def project(self):
        self.line((0, "项目名称", 1), (2, self.form.project, 9))

    def bodies(self):
        self.line((0, "主管部门", 1), (2, self.form.authority[1], 4), (5, "实施单位"), (6, self.form.unit[1], 9))

    def head(self, title=True):
        if title:
            self.title()
        self.project()
        self.bodies()

    def funding(self, cols=FUND, block="项目资金\n（万元）", times=1, items=ITEMS, at=3, words=None, rows=1):
        """The money; `cols` maps fields to headers, `words` some of them to others. Columns not there are not read."""
        cols = {**cols, **{k: v for k, v in (words or {}).items() if k in cols}}
        top, n = self.r, len(self.form.funding)
        if block:
            self.put(top, 0, block, 1, top + rows - 1 + n)
        for c, h in enumerate(cols.values()):
            self.put(top, at + c, h)
        self.money(top + rows, cols, times, items, at)
        self.r = top + rows + n

    def money(self, top, cols, times=1, items=ITEMS, at=3):
        """The rows of the money. A column that is no field is a function of its row."""
        for q, f in enumerate(self.form.funding):
            self.put(top + q, at - 1, items.get(f.item, f.item))
            for c, key in enumerate(cols):
                self.put(top + q, at + c, *self.amount(f, key, times))
            for key in set(FUND) - set(cols):
                setattr(f, key, None)

    def amount(self, f, key, times):
        """A cell of the money."""
        if callable(key):
            v = key(f)
            self.keep(v)
            return (cell(v),)
        v = getattr(f, key)
        if v is None:
            return ("—" if key in ("weight", "score") else None,)
        if key == "rate":
            return (v,)
        times = times.get(key, 1) if isinstance(times, dict) else times
        return (Num(f"{(Decimal(v) * times if key in MONEY else Decimal(v)).normalize():f}"),)

    def goals(self, expected="预期目标", actual="实际完成情况", block="年度总体目标"):
        self.put(self.r, 0, block, down=self.r + 1)
        self.line((1, expected, 4), (5, actual, 9))
        self.line((1, self.form.goal[0], 4), (5, self.form.goal[1], 9))

    def start(self):
        """Everything above the indicators."""
        self.head()
        self.funding()
        self.goals()

    def rest(self):
        """Everything below the money."""
        self.goals()
        self.table()

    def table(self, cols=None, block="绩效指标", style="（{}分）", total="总分"):
        """The indicators; columns not there are not read. Gives where each field stands."""
        cols = cols or columns()
        at = self.part(cols, self.form.indicators, block, style)
        self.unprinted(at, style)
        self.sum(at, total)
        return at

    def part(self, cols, inds, block="绩效指标", style="（{}分）"):
        """The header and some of the rows; gives where each field stands."""
        if block:
            self.put(self.r, 0, block, down=self.r + len(inds))
        left = 1 if block else 0
        self.line(*((c, h) for c, (h, _) in enumerate(cols, left)))
        self.rows(cols, inds, left, style)
        return {k: c for c, (_, k) in enumerate(cols, left) if isinstance(k, str)}

    def rows(self, cols, inds, left=1, style="（{}分）"):
        """Some of the rows, their levels merged."""
        for c, (_, key) in enumerate(cols, left):
            if key in ("level1", "level2"):
                self.levels(c, key, inds, style)
            elif key:
                for q, i in enumerate(inds):
                    self.put(self.r + q, c, self.value(i, key, q))
        self.r += len(inds)

    def levels(self, c, key, inds, style):
        """The cells of a level, each merged over its rows."""
        for a, b in runs(inds, lambda i: (i.level1, i.level2 if key == "level2" else None)):
            i = inds[a]
            text = i.level2 if key == "level2" else points(i.level1, i.level1_weight if style else None, style)
            self.put(self.r + a, c, text, down=self.r + b)

    def value(self, i, key, q):
        if callable(key):
            v = key(i, q)
            if not isinstance(v, (Part, Num)):
                self.keep(v)
            return cell(v)
        v = getattr(i, key)
        return num(v) if key in ("weight", "score") else v

    def unprinted(self, keys, style="（{}分）"):
        """Columns that are not there say nothing."""
        for i in self.form.indicators:
            for k in set(COLS) - set(keys):
                setattr(i, k, None)
            if not style or "level1" not in keys:
                i.level1_weight = None

    def sum(self, at, label="总分"):
        """The row of 总分; without it there is none to be read."""
        w, s = self.form.total
        if label is None:
            self.form.total = (None, None)
            return
        self.put(self.r, 0, label, min(c for k, c in at.items() if k in ("weight", "score")) - 1)
        for key, v in (("weight", w), ("score", s)):
            if key in at:
                self.put(self.r, at[key], num(v))
        self.form.total = (w if "weight" in at else None, s if "score" in at else None)
        self.r += 1


LAYOUTS = {}


def layout(of):
    """A layout: its name is that of the file, its line says what is special; it gives its pages if there are several."""
    assert of.__doc__ and of.__name__ not in LAYOUTS, of.__name__
    LAYOUTS[of.__name__] = of
    return of


def wordings(form, texts, draw):
    """One sheet a wording, each with a whole form: `draw(page, text)`."""
    pages = []
    for n, text in enumerate(texts, 1):
        p = Page(form, Sheet(f"W{n:02}"))
        p.form.project += f"（第{n}批）"
        draw(p, *(text if isinstance(text, tuple) else (text,)))
        pages.append(p)
    return pages
