"""Where the head and the goals stand, and what stands around the form."""

from forms import Num
from page import layout, say, wordings
from said import SMALL


@layout
def standard(p):
    """The usual form, which all others differ from"""
    p.start()
    p.table()


@layout
def head_numbered_sections_left(p):
    """Four numbered sections in a column of their own; 项目基本情况 is one of them"""
    p.title()
    p.put(p.r, 0, "一、项目基本情况", down=p.r + 1)
    p.line((1, "项目名称", 2), (3, p.form.project, 9))
    p.line((1, "主管部门", 2), (3, p.form.authority[1], 5), (6, "实施单位"), (7, p.form.unit[1], 9))
    p.put(p.r, 1, "资金来源")
    p.funding(block=None, at=2)
    p.put(p.r - 4, 0, "二、预算执行情况（万元）", down=p.r - 1)
    p.goals(block="三、年度绩效目标")
    p.table(block="四、绩效指标完成情况")


@layout
def head_numbered_section_rows(p):
    """Numbered sections in rows of their own, one of them states 元, the last is text"""
    p.title()
    p.line((0, "一、项目基本情况", 9))
    p.head(title=False)
    p.line((0, "二、预算执行情况（单位：元）", 9))
    p.funding(block="项目资金", times=10000)
    p.line((0, "三、年度总体目标", 9))
    p.goals()
    p.line((0, "四、绩效指标完成情况", 9))
    p.table()
    p.line((0, "五、其他需要说明的问题", 9))
    p.line(say(0, "无其他情况，管网图纸已归档。", 9))


@layout
def head_numbered_labels(p):
    """A number before each label of the head"""
    p.title()
    p.line((0, "1.项目名称", 1), (2, p.form.project, 9))
    p.line((0, "2.主管部门", 1), (2, p.form.authority[1], 4), (5, "3.实施单位"), (6, p.form.unit[1], 9))
    p.funding()
    p.rest()


@layout
def head_two_labels_in_one_cell(p):
    """主管部门 and 实施单位, each with its value, in one cell"""
    p.title()
    p.line((0, f"项目名称：{p.form.project}", 9))
    p.line((0, f"主管部门：{p.form.authority[1]}      实施单位：{p.form.unit[1]}", 9))
    p.funding()
    p.rest()


@layout
def head_two_labels_by_lines(p):
    """Two labels with their values in one cell, one below the other"""
    p.title()
    name = f"项目名称：{p.form.project}\n项目编码：340-91"
    p.line(say(0, name, 4, ["340-91"]), (5, f"主管部门：{p.form.authority[1]}\n实施单位：{p.form.unit[1]}", 9))
    p.funding()
    p.rest()


@layout
def head_number_before_project(p):
    """序号 and its number stand left of 项目名称"""
    p.title()
    p.line((0, "序号"), say(1, "7"), (2, "项目名称"), (3, p.form.project, 9))
    p.bodies()
    p.funding()
    p.rest()


@layout
def head_code_after_project(p):
    """编号 stands right of the project"""
    p.title()
    p.line((0, "项目名称", 1), (2, p.form.project, 5), (6, "编号"), say(7, "QH-2023-118", 9))
    p.bodies()
    p.funding()
    p.rest()


@layout
def head_codes(p):
    """Codes of project, authority and unit in cells of their own before each name"""
    p.title()
    p.line((0, "项目编码"), say(1, "340803-118", 2), (3, "项目名称"), (4, p.form.project, 9))
    bodies = (3, "主管部门"), (4, p.form.authority[1], 5), (8, "实施单位"), (9, p.form.unit[1])
    p.line((0, "部门编码"), say(1, "118", 2), (6, "单位编码"), say(7, "118003"), *bodies)
    p.funding()
    p.rest()


@layout
def head_persons_in_the_row(p):
    """The unit before the authority, and a person with a telephone in the same row"""
    p.title()
    bodies = (0, "单位名称"), (1, p.form.unit[1], 2), (3, "主管部门"), (4, p.form.authority[1], 5)
    p.line(*bodies, (6, "负责人"), say(7, "钱某"), (8, "电话"), say(9, "0555-118"))
    p.line((0, "项目名称"), (1, p.form.project, 9))
    p.funding()
    p.rest()


@layout
def head_unlisted_labels(p):
    """Labels that no list knows stand between and below the known ones"""
    p.title()
    p.line((0, "项目名称", 1), (2, p.form.project, 4), (5, "项目级次"), say(6, "县级", 9))
    p.bodies()
    p.line(say(0, "项目起止年限", 1), say(2, "2022-2024", 4), say(5, "项目联系人及电话"), say(6, "王某 0555-2233", 9))
    p.funding()
    p.rest()


@layout
def head_check_boxes(p):
    """Seals in labels, a choice by check boxes, two more rows of the head"""
    p.title()
    p.line((0, "项目名称", 1), (2, p.form.project, 4), (5, "项目类型"), say(6, "☑经常性 □一次性", 9))
    p.line((0, "主管部门（公章）", 1), (2, p.form.authority[1], 4), (5, "项目实施单位（公章）"), (6, p.form.unit[1], 9))
    p.line((0, "项目起止时间", 1), say(2, "2023.1-2023.12", 9))
    p.line((0, "项目概况", 1), say(2, "管网改造，涉及八个街道", 9))
    p.funding()
    p.rest()


@layout
def head_blank_authority(p):
    """主管部门 is blank, another word for 实施单位 follows it"""
    p.title()
    p.project()
    p.line((0, "主管部门", 1), (5, "资金使用单位"), (6, p.form.unit[1], 9))
    p.form.authority = (None, None)
    p.funding()
    p.rest()


@layout
def head_blank_project(p):
    """The project is blank, a label that no list knows follows it"""
    p.title()
    p.line((0, "项目名称", 1), (5, "项目级次"), say(6, "县级", 9))
    p.bodies()
    p.form.project, p.told = None, "S03"
    p.funding()
    p.rest()


@layout
def head_year_by_label(p):
    """The year only under a label of its own, 自评年度"""
    p.title(year=False)
    p.line((0, "项目名称", 1), (2, p.form.project, 5), (6, "自评年度"), (7, Num("2023"), 9))
    p.bodies()
    p.keep(p.form.year)
    p.form.year, p.told = None, "S03"
    p.funding()
    p.rest()


@layout
def head_year_in_joint_line(p):
    """The year only in a line that says something else, too"""
    p.title(year=False)
    p.line(say(0, "填报年度：2023年   单位：万元", 9, ["2023年"]))
    p.head(title=False)
    p.form.year, p.told = None, "S03 S05"
    p.funding()
    p.rest()


@layout
def head_two_years(p):
    """The title speaks of the next year, the line below it of this one, which counts"""
    p.form.title, p.told = "2024年部门预算项目支出绩效自评表", "S11"
    p.start()
    p.table()


@layout
def goals_other_words(p):
    """Other words for the two sides of the goals"""
    words = [
        ("年初设定目标", "全年完成情况", "年度总体目标"),
        ("年度绩效目标", "年度绩效目标完成情况", "总体目标"),
        ("年初设定目标", "自评完成情况", "年度总体目标"),
        ("预期目标（年初填报）", "实际完成目标", "年度总体目标"),
    ]

    def draw(q, *text):
        q.head()
        q.funding()
        q.goals(*text)
        q.table()

    return wordings(SMALL, words, draw)


@layout
def goals_in_one_row(p):
    """年度总体目标 is itself the label of the expected side"""
    p.head()
    p.funding()
    p.line((0, "年度总体目标", 1), (2, p.form.goal[0], 4), (5, "实际完成情况"), (6, p.form.goal[1], 9))
    p.table()


@layout
def goals_without_block(p):
    """No label at the left, 完成情况综述 for the actual side"""
    p.head()
    p.funding()
    p.line((0, "年初设定目标", 4), (5, "年度总体目标完成情况综述", 9))
    p.line((0, p.form.goal[0], 4), (5, p.form.goal[1], 9))
    p.table()


@layout
def goals_in_two_rows(p):
    """A row for each side; the label of the first is that of a block"""
    p.head()
    p.funding()
    p.line((0, "年度绩效目标", 1), say(2, p.form.goal[0], 9))
    p.line((0, "年度绩效目标完成情况", 1), (2, p.form.goal[1], 9))
    p.form.goal, p.told = (None, p.form.goal[1]), "S05"
    p.table()


@layout
def goals_several(p):
    """Three numbered rows of goals, read as one"""
    p.head()
    p.funding()
    p.put(p.r, 0, "年度总体目标", down=p.r + 3)
    p.line(say(1, "序号"), (2, "预期目标", 4), (5, "实际完成情况", 9))
    sides = ["改造主管网。", "更换阀门。", "建立台账。"], ["主管网已改造。", "阀门已更换。", "台账已建立。"]
    for n, (expected, actual) in enumerate(zip(*sides), 1):
        p.line((1, n), (2, expected, 4), (5, actual, 9))
    p.form.goal = tuple("".join(side) for side in sides)
    p.table()


@layout
def goals_third_column(p):
    """未完成原因 is a third column of the goals"""
    p.head()
    p.funding()
    p.put(p.r, 0, "年度总体目标", down=p.r + 1)
    p.line((1, "预期目标", 3), (4, "实际完成情况", 6), (7, "未完成原因", 9))
    p.line((1, p.form.goal[0], 3), (4, p.form.goal[1], 6), say(7, "雨季影响工期", 9))
    p.table()


@layout
def goals_below_indicators(p):
    """The goals stand below the indicators"""
    p.head()
    p.funding()
    p.table()
    p.goals()
    p.keep(*p.form.goal)
    p.form.goal, p.told = (None, None), "S05"


@layout
def around_tail(p):
    """Conclusions, persons and a note below the form"""
    p.start()
    p.table()
    p.line((0, "评价结论", 1), say(2, "项目总体完成良好，自评等级为优。", 9))
    p.line((0, "存在问题", 1), say(2, "管护人员不足。", 9))
    p.line((0, "改进措施", 1), say(2, "增配两名管护员。", 9))
    p.line(say(0, "项目负责人：李某", 3, ["李某"]), say(4, "财务负责人：张某", 9, ["张某"]))
    p.line(say(0, "注：1.定量指标按完成比例计分。\n2.得分保留两位小数。", 9, ["得分保留两位小数。"]))


@layout
def around_list_above(p):
    """A list of projects above the form on the same sheet"""
    p.line((0, "2023年项目清单", 9))
    p.line((0, "序号"), (1, "项目名称", 4), (5, "主管部门", 9))
    for n in (1, 2, 3):
        p.put(p.r, 0, n)
        p.line((1, f"清单项目{n}", 4), (5, f"清单局{n}", 9))
    p.r += 1
    p.start()
    p.table()


@layout
def around_blank_rows_and_columns(p):
    """The form starts in D6, with a blank row and a blank column between any two; nothing merged"""
    p.start()
    p.table()
    p.sh.cells = {(5 + 2 * r, 3 + 2 * c): v for (r, c), v in p.sh.cells.items()}
    p.sh.merges = []


@layout
def around_hidden(p):
    """A hidden row and a hidden column of the indicators"""
    p.start()
    p.table()
    p.sh.hidden_rows, p.sh.hidden_cols = {13}, {5}


@layout
def head_clearer_label_below(p):
    """A word that could be the unit above, the unit's own label below"""
    p.title()
    p.line((0, "自评单位（盖章）", 1), say(2, "清河市住建局财务科", 9))
    p.head(title=False)
    p.funding()
    p.rest()


@layout
def year_of_two_in_title(p):
    """The title says when it was filled in and for which year"""
    p.form.title = "2024年填报2023年度项目支出绩效自评表"
    p.line((0, p.form.title, 9))
    p.head(title=False)
    p.funding()
    p.rest()


@layout
def goals_and_titles_below(p):
    """Between goals and indicators the title of a section and a line of its own"""

    def draw(q, cells):
        q.start()
        q.line(*cells)
        q.table()

    lines = [[(0, "四、自评打分情况", 9)], [say(0, "（以下由项目单位自评填写）", 9)], [say(0, "目标未完成原因"), say(1, "因汛期停工。", 9)]]
    pages = wordings(SMALL, [str(n) for n in range(len(lines))], lambda q, n: draw(q, lines[int(n)]))
    pages[0].keep("四、自评打分情况")
    return pages
