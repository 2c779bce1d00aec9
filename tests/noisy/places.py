"""The layouts of the corpus: how each draws a form, where it puts it, and what a careful person reads off it."""

import cases as C
import invent
import layouts as L

PARTS = ["年度资金总额", "本年财政拨款", "上年结转资金", "其他资金"]


def shanghai(form):
    sh = L.shanghai(form)
    sh.put(2, 0, f"({form.year}年度)", "year")
    return sh


def simple(lay, items=PARTS, plan=None, extra=(), drop=(), over=None, **chance):
    """A layout from its function, its funding rows and its indicators."""
    def draw(rng):
        p = plan or [invent.ANHUI, invent.CENTRAL, invent.COST]
        return invent.form(rng, items, rng.choice(p), **chance)

    def answer(form, sheet="Sheet1"):
        more = extra(form) if callable(extra) else list(extra)
        a = C.answer(form, sheet, extra=more, drop=drop)
        a.update(over or {})
        return a

    return draw, lay, answer


def split(lay, extra, prefix="", op=None):
    items = ["年度资金总额", "本年财政拨款", "财政专户管理资金", "单位资金", "其他资金"]

    def draw(rng):
        form = invent.form(rng, items, invent.CENTRAL, split=True)
        for i in form.indicators:
            i.level1_weight = None
        return form

    def answer(form, sheet="Sheet1"):
        said = C.joined(form, op)
        return C.answer(said, sheet, extra=extra, project=prefix + form.project)

    return draw, lay, answer


def hubei_draw(rng):
    form = invent.form(rng, ["年度资金总额"], rng.choice([invent.ANHUI, invent.CENTRAL]), points="20", goals=False, title="项目自评表")
    form.title = f"{form.year}年度{form.project}自评表"
    form.authority, form.unit = (None, form.authority[1]), (None, form.unit[1])
    form.funding[0].initial = None
    form.funding[0].weight = None
    form.total = (None, form.total[1])
    half = form.indicators[4].level1
    for i in form.indicators[4:]:  # a second block of goals starts its levels anew
        i.level1_weight = i.level1_weight if i.level1 != half else form.indicators[4].level1_weight
    return form


def yinchuan_extra(form):
    return [("评分标准", i.deviation) for i in form.indicators if i.deviation]


def yinchuan_draw(rng):
    form = invent.form(rng, ["年度资金总额", "本年财政拨款", "其他资金"], invent.YINCHUAN, points=None)
    for i in form.indicators:
        i.deviation = rng.choice(["每低1%扣1分", "按比例得分", "依据文件齐全得6分", "缺一项扣1分"])
    return form


PLACES = {
    "anhui": simple(L.anhui),
    "anhui-2025": simple(L.anhui2025, [*PARTS, "专项债券资金"], extra=lambda f: list(f.more.items())),
    "central": simple(L.central),
    "city-ab": simple(L.city_ab, extra=C.TAIL),
    "shanghai": simple(shanghai, over={"money_unit": "元"}, yuan=True),
    "hubei": (hubei_draw, L.hubei, lambda f, s="Sheet1": C.answer(f, s, extra=C.HB, drop=("weight", "deviation"))),
    "sichuan": split(L.sichuan, C.SC, "51030023Y000009-"),
    "yunnan": split(L.yunnan, [("其他需要说明的事项", "两座公厕因选址调整顺延。")], op={"=": "﹦"}),
    "hefei": simple(L.hefei, ["本年财政拨款"], points=None),
    "yinchuan": (yinchuan_draw, L.yinchuan, lambda f, s="Sheet1": C.answer(f, s, extra=yinchuan_extra(f), drop=("deviation",))),
}
