"""Invented forms by chance: every column filled, values that differ, arithmetic that holds."""

from decimal import ROUND_HALF_UP, Decimal

from forms import Form, Fund, Ind, Num

PLACES = "青石 白鹭 南屏 东麓 星湖 鹿鸣 松岭 云溪 砚池 澜山 柳湾 石桥".split()
BODIES = [("农业农村局", "农技推广中心"), ("水利局", "河道管理所"), ("教育局", "学生资助管理中心"), ("民政局", "养老服务指导中心"), ("交通运输局", "公路事业发展中心"), ("卫生健康委员会", "疾病预防控制中心"), ("文化和旅游局", "图书馆"), ("应急管理局", "救援支队"), ("人力资源和社会保障局", "就业服务中心")]
PROJECTS = "农村危桥改造（二期）补助 城市书房运行补贴 “一户一表”改造 松材线虫病防治经费 政务数据共享平台(三期) 义务教育营养改善计划 居家养老“2+N”服务 示范村人居环境整治 冬季清洁取暖奖补 非遗传承保护 2022-2024年水毁修复 退役军人公益岗 A级旅游厕所新建 停征退管服务费补助".split()
NUMBERS = {
    "数量指标": [("改造危桥座数", "座"), ("培训人次", "人次"), ("新建公厕数量", "座"), ("其中：女学员", "人"), ("救助儿童人数", "人"), ("硬化道路里程", "公里"), ("补贴发放户数", "户"), ("购置装备件数", "件"), ("编制规划个数", "个"), ("飞机防治面积", "万亩次"), ("受理案件数", "件"), ("“四好”路养护", "公里")],
    "质量指标": [("验收合格率", "%"), ("设备故障率", "‰"), ("资金使用合规率", "%"), ("数据核查通过率", "%"), ("抽检合格率（批次）", "%"), ("取证率", "%")],
    "时效指标": [("补贴发放及时率", "%"), ("平均办结时限", "天"), ("任务按期完成率", "%"), ("故障响应时间", "小时")],
    "成本指标": [("单位面积成本", "元/亩"), ("人均补助标准", "元/人/月"), ("总投资", "万元"), ("每班次补贴", "元")],
    "经济效益指标": [("带动增收", "万元"), ("节约资金", "万元"), ("年节水量", "万立方米")],
    "社会效益指标": [("受益群众人数", "人"), ("投诉下降率", "%"), ("到馆人次", "万人次"), ("带动就业人数", "人")],
    "生态效益指标": [("减少散煤用量", "吨"), ("病死树率", "%"), ("越冬水鸟种类", "种")],
    "可持续影响指标": [("设备使用年限", "年"), ("续签率", "%"), ("长效机制覆盖率", "%")],
    "满意度指标": [("服务对象满意度", "%"), ("沿线群众满意度", "%"), ("师生满意度", "百分比"), ("企业满意度", "%")],
    "服务对象满意度指标": [("服务对象满意度", "%"), ("读者满意度", "%"), ("村民满意度", "%")],
}
WORDS = {
    "质量指标": [("省级审查", "通过"), ("档案管理", "规范")],
    "时效指标": [("主体完工时间", "{y}年11月30日前"), ("完成时间", "{y}年12月底"), ("资金拨付", "每季度末前"), ("上线时间", "{y}年9月")],
    "社会效益指标": [("群众出行条件", "明显改善"), ("矛盾纠纷化解", "效果显著")],
    "生态效益指标": [("湖区水质", "Ⅲ类"), ("人居环境", "持续改善")],
    "可持续影响指标": [("管护责任", "落实到乡镇"), ("应急预案", "完备"), ("长效管护机制", "健全")],
    "经济效益指标": [("产业带动", "效果明显")],
}
DONE = ["达成年度指标", "部分达成年度指标并具有一定效果", "良好", "基本完成", "已完成"]
REASONS = "汛期停工，已排入次年一季度 一批次返厂，已重新送检 业主表决未过三分之二 客源不足 两家机构更换运营方，拟增加督导 样本偏少；下年度扩大抽样 审核材料往返多 同上 因寒潮停课2天 3处选址调整 无".split()
ANHUI = [("产出指标", 50, ["数量指标", "质量指标", "时效指标", "成本指标"]), ("效益指标", 30, ["经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"]), ("满意度指标", 10, ["满意度指标"])]
CENTRAL = [ANHUI[0], ANHUI[1], ("满意度指标", 10, ["服务对象满意度指标"])]
COST = [("成本指标", 20, ["经济成本指标", "社会成本指标", "生态环境成本指标"]), ("产出指标", 40, ["数量指标", "质量指标", "时效指标"]), ("效益指标", 20, ["社会效益指标", "可持续影响指标"]), ("满意度指标", 10, ["服务对象满意度指标"])]
YINCHUAN = [("项目决策", 10, ["项目立项", "绩效目标"]), ("项目管理", 25, ["资金管理", "组织实施"]), ("项目产出", 30, ["产出数量", "产出质量"]), ("项目效益", 35, ["社会效益", "满意度"])]
KIN = {"经济成本指标": "成本指标", "社会成本指标": "成本指标", "生态环境成本指标": "成本指标", "产出数量": "数量指标", "产出质量": "质量指标", "社会效益": "社会效益指标", "满意度": "满意度指标", "项目立项": "可持续影响指标", "绩效目标": "质量指标", "资金管理": "质量指标", "组织实施": "可持续影响指标"}


def fixed(d, places):
    return str(Decimal(d).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def parcel(rng, points, count):
    """`points` in `count` parts of at least one each, most of them whole."""
    cuts = sorted(rng.sample(range(1, points), count - 1))
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, points])]
    texts = [str(p) for p in parts]
    if count > 1 and rng.random() < 0.2:
        texts[0], texts[1] = str(parts[0] + Decimal("0.5")), str(parts[1] - Decimal("0.5"))
    return texts


def indicator(rng, form_year, level1, points, level2, weight, split, taken):
    kin = KIN.get(level2, level2)
    words = WORDS.get(kin, [])
    score, ratio = Decimal(weight), Decimal(1)
    if rng.random() < 0.35:
        ratio = Decimal(rng.randint(60, 99)) / 100
        score = Decimal(fixed(Decimal(weight) * ratio, 2))
    reason = rng.choice(REASONS[:-1]) if score < Decimal(weight) else (rng.choice(REASONS) if rng.random() < 0.3 else None)
    if words and rng.random() < 0.3 and not split:
        name, target = rng.choice(words)
        target, actual = target.format(y=form_year), rng.choice(DONE)
        if "年" in target and "月" in target:
            actual = f"{form_year}年{rng.randint(1, 9)}月{rng.randint(1, 28)}日"
    elif words and split and rng.random() < 0.15:
        name, target, actual = rng.choice(words)[0], "=/良好/", "良好"
    else:
        name, unit = rng.choice(NUMBERS[kin])
        n = rng.choice([rng.randint(80, 99), rng.randint(60, 99) + Decimal("0.5")]) if unit in ("%", "百分比") else rng.choice([rng.randint(2, 60), rng.randint(100, 9000), Decimal(rng.randint(11, 99)) / 10])
        op = rng.choice(["≥", "≥", "≥", "=", "≤", ">"])
        done = fixed(Decimal(n) * ratio, 2).rstrip("0").rstrip(".")
        if done == str(n):
            done = str(Decimal(n) + (rng.randint(1, 3) if op != "≤" else -1))
        if split:
            target, actual = f"{op}/{n}/{unit}", done
        else:
            target = f"{op}{n}{unit}" if rng.random() < 0.9 else f"{n}{unit}"
            actual = rng.choice([f"{done}{unit}"] * 3 + [f"{done}%" if unit == "%" else Num(done)])
    while name in taken:
        name += rng.choice("甲乙丙丁")
    taken.add(name)
    return Ind(level1, points, level2, name, target, actual, weight, fixed(score, 2) if "." in fixed(score, 2) and score != score.to_integral_value() else str(int(score)), reason)


def indicators(rng, year, plan, split, most):
    out, taken = [], set()
    for level1, points, levels in plan:
        rows = []
        for level2 in levels:
            rows += [level2] * rng.choice([1, 1, 2, 3][:most])
        rows = rows[: points - 1]
        for level2, weight in zip(rows, parcel(rng, points, len(rows))):
            out.append(indicator(rng, year, level1, str(points), level2, weight, split, taken))
    return out


def fund(rng, items, unit_yuan):
    """Funding rows that add up; each budget differs from its initial and its executed."""
    def amount(low, high):
        n = Decimal(rng.randint(low * 100, high * 100)) / 100
        return n * 10000 if unit_yuan else n

    text = lambda d: f"{d.normalize():f}"
    parts = []
    for _ in items[1:]:
        budget = amount(3, 900)
        executed = Decimal(fixed(budget * Decimal(rng.randint(81, 99)) / 100, 2))
        initial = budget + amount(1, 60)
        parts.append((initial, budget, executed))
    total = [sum(p[k] for p in parts) for k in range(3)] if parts else None
    if total is None:
        b = amount(20, 900)
        total = [b + amount(1, 9), b, Decimal(fixed(b * Decimal(rng.randint(81, 99)) / 100, 2))]
    out = []
    for item, (initial, budget, executed) in zip(items, [total, *parts]):
        out.append(Fund(item, text(initial), text(budget), text(executed), None, fixed(executed / budget * 100, 2) + "%", None))
    return out


def scored(funds, points):
    top = funds[0]
    top.weight = points
    top.score = fixed(Decimal(points) * Decimal(top.executed) / Decimal(top.budget), 2)


def form(rng, items, plan, yuan=False, split=False, points="10", goals=True, title="项目支出绩效自评表", most=4):
    year = rng.choice([2021, 2022, 2023, 2024, 2025])
    place, (body, office) = rng.choice(PLACES), rng.choice(BODIES)
    code = rng.choice([None, f"{rng.randint(1, 799):03}"])
    funds = fund(rng, items, yuan)
    if points:
        scored(funds, points)
    inds = indicators(rng, year, plan, split, most)
    total = sum(Decimal(i.score) for i in inds) + Decimal(funds[0].score or 10)
    goal = (f"完成{rng.randint(5, 60)}个村的年度任务，受益{rng.randint(100, 9999)}人。", f"实际完成{rng.randint(5, 60)}个村，受益{rng.randint(100, 9999)}人；其余{rng.randint(1, 4)}个村顺延。")
    if rng.random() < 0.25:
        goal = tuple("一、" + g.replace("，", "；\n二、") for g in goal)
    return Form(
        place + rng.choice(PROJECTS),
        (code, f"{place}县{body}"),
        (code and f"{code}{rng.randint(1, 20):03}", f"{place}县{office}"),
        year,
        funds,
        goal if goals else (None, None),
        inds,
        ("100", fixed(total, 2)),
        title=title,
        more={"项目期限": f"{year}-{year + 2}年", "建设期": f"{rng.randint(6, 36)}个月", "运营期": f"{rng.randint(5, 20)}年", "投向领域": "生态环保—水污染防治"},
    )
