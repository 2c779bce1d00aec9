//! One form that is right in everything, and one defect at a time: each rule finds its own and nothing else.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;

use zipingbiao::reader;
use zipingbiao::report::Report;
use zipingbiao::template::Template;

/// The form, a line a row, cells parted by `|`.
const RIGHT: &str = "\
附件：
项目支出绩效自评表
(2023年度)
项目名称||职业技能培训补助
主管部门||101-金水市人力资源和社会保障局|||实施单位|101002-金水市就业服务中心
项目资金(万元)|||年初预算数|全年预算数|全年执行数|分值|执行率|得分|
||年度资金总额：|100|120|119|10|99.17%|9.92|
||其中：本年财政拨款|80|100|99.5|—|99.50%|—|
||上年结转资金|20|20|19.5|—|97.50%|—|
||其他资金|0|0|0|—||—|
年度总体目标|预期目标||||实际完成情况||||
|组织职业技能培训，提高劳动者技能，促进就业。||||全年组织培训三十期，参训人员满意，就业率明显提高。||||
绩效指标|一级指标|二级指标|三级指标||年度指标值|实际完成值|分值|得分|偏差原因分析及改进措施
|产出指标(50分)|数量指标|培训人次||≥1000人次|1050人次|20|20|
||质量指标|培训合格率||≥95%|96%|10|10|
||时效指标|完成时间||2023年12月31日前|2023年11月30日|10|10|
||成本指标|培训总成本||≤1200000元|1190000元|10|10|
|效益指标(30分)|经济效益指标|带动增收||≥50万元|52万元|5|5|
||社会效益指标|新增就业人数||≥300人|290人|10|9.67|部分学员年末才结业，明年提前开班。
||生态效益指标|纸质教材减少率||≥10%|11%|5|5|
||可持续影响指标|培训机制健全程度||健全|健全|10|10|
|满意度指标(10分)|服务对象满意度指标|学员满意度||≥90%|95%|10|10|
总分|||||||100|99.59|
";

/// The codes and words of what is raised for the form whose lines say `RIGHT` with each `from` changed to its `to`.
#[track_caller]
fn found(changes: &[(&str, &str)]) -> Vec<(&'static str, String)> {
    let text = changes.iter().fold(RIGHT.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{from} stands in the form once");
        text.replace(from, to)
    });
    let template = Template::standard();
    let document = reader::read(text.replace('|', "\t").as_bytes()).unwrap();
    let [found] = &document.forms[..] else { panic!("one form, not {}", document.forms.len()) };
    let report = Report::new("表.txt", found.clone(), template);
    report.diagnostics.into_iter().map(|diagnostic| (diagnostic.code, diagnostic.message)).collect()
}

/// A cell that shows two decimals and holds more is right; the official form holds what it shows.
#[test]
fn points_that_only_lack_their_rounding_are_no_error() {
    let changes = [
        ("|99.17%|9.92|", "|99.17%|9.91666667|"),
        ("|290人|10|9.67|", "|290人|10|9.66666667|"),
        ("99.59", "99.58333334"),
    ];
    let text = changes.iter().fold(RIGHT.to_owned(), |text, (from, to)| text.replace(from, to));
    let template = Template::standard();
    let document = reader::read(text.replace('|', "\t").as_bytes()).unwrap();
    let report = Report::new("表.txt", document.forms[0].clone(), template);
    let found = |report: &Report| -> Vec<_> {
        report.diagnostics.iter().map(|d| (d.code, d.severity.name())).collect()
    };
    assert_eq!(found(&report), [("M02", "提示"), ("P07", "提示")]);
    let fixed = report.fixed(template);
    let changes: Vec<_> =
        fixed.changes.iter().map(|change| (change.from.as_deref().unwrap(), change.to.as_str())).collect();
    assert_eq!(changes, [("9.91666667", "9.92"), ("99.58333334", "99.59")]);
    assert_eq!(found(&fixed.report), []);
}

/// The codes, each once.
#[track_caller]
fn raised(changes: &[(&str, &str)]) -> BTreeSet<&'static str> {
    found(changes).into_iter().map(|(code, _)| code).collect()
}

#[track_caller]
fn case(changes: &[(&str, &str)], codes: &[&'static str]) {
    assert_eq!(raised(changes), codes.iter().copied().collect(), "{changes:?}");
}

#[test]
fn a_form_that_is_right_raises_nothing() {
    case(&[], &[]);
}

/// The label of the goals may use the words of one of their headers, and a filled merge writes it in each of its rows.
#[test]
fn the_label_beside_the_goals_heads_none_of_them() {
    let label = "年度目标完成情况|";
    case(
        &[
            ("年度总体目标|预期目标", &format!("{label}预期目标")),
            ("|组织职业技能培训", &format!("{label}组织职业技能培训")),
        ],
        &[],
    );
}

/// A goal that says no more than a header does is poor, but it is what stands there.
#[test]
fn a_goal_in_the_words_of_a_header_is_a_goal() {
    for words in ["完成目标。", "年度目标", "总体目标", "完成情况", "目标完成"] {
        let text = RIGHT.replace("组织职业技能培训，提高劳动者技能，促进就业。", words);
        let document = reader::read(text.replace('|', "\t").as_bytes()).unwrap();
        let goal = &document.forms[0].form.goal;
        assert_eq!(goal.expected.typed(), Some(words));
        assert!(goal.actual.typed().is_some_and(|actual| actual.starts_with("全年组织")), "{words}");
    }
}

#[test]
fn defects_of_structure() {
    case(&[("|时效指标|", "||")], &["S04"]);
    case(
        &[("带动增收||≥50万元|52万元|5|5", "|||||0"), ("产出指标(50分)", "产出指标(55分)")],
        &["S08", "P02", "P07"],
    );
    case(&[("|新增就业人数|", "|……|")], &["S09"]);
    case(&[("|新增就业人数|", "|指标2|")], &["S09"]);
    case(&[("|新增就业人数|", "|培训人次|")], &["S10"]);
    case(&[("\n项目支出绩效自评表", "\n2023年度项目支出绩效自评表")], &[]);
    case(&[("\n项目支出绩效自评表", "\n2022年度项目支出绩效自评表")], &["S11"]);
    // A column that nobody knows is told where one is missing, and only there.
    case(&[("|偏差原因分析及改进措施", "|情况解释")], &["P06", "S12"]);
    case(
        &[
            ("|偏差原因分析及改进措施", "|偏差原因分析及改进措施|情况解释"),
            ("|1050人次|20|20|", "|1050人次|20|20||好"),
        ],
        &[],
    );
    case(&[("|新增就业人数|", "||")], &["S03"]);
    // A word for points is no number, and no reason to move the row.
    case(&[("|52万元|5|5|", "|52万元|5|满分|")], &["P14"]);

    case(&[("\n项目支出绩效自评表", "\n二〇二三年度项目支出绩效自评表"), ("(2023年度)\n", "")], &[]);
    case(&[("|100|99.59|", "|100|#REF!|")], &["S06"]);
    for text in [
        "职业技能培训补助",
        "101002-金水市就业服务中心",
        "组织职业技能培训，提高劳动者技能，促进就业。",
        "新增就业人数",
        "部分学员年末才结业，明年提前开班。",
    ] {
        case(&[(text, "#REF!")], &["S06"]);
        case(&[(text, "########")], &["S06"]);
    }
    // What a narrow column hid is no blank and no amount.
    case(&[("|80|100|99.5|", "|########|100|99.5|")], &["S06"]);
    case(&[("|1050人次|20|20|", "|#####|20|20|")], &["S06"]);
    let hidden = found(&[("|99.17%|9.92|", "|####|####|")]);
    assert!(hidden.iter().all(|(code, words)| *code == "S06" && words.contains("应为")), "{hidden:?}");
    let judged = found(&[("|1050人次|20|20|", "|1050人次|20|##|")]);
    let (_, words) = judged.iter().find(|(code, _)| *code == "S06").unwrap();
    assert!(!words.contains("应为"), "the score that somebody gave is not made up: {words}");
    case(&[("|80|100|99.5|", "|80|#一百|99.5|"), ("|99.50%|", "||")], &["M08"]);
    case(&[("总分|||||||100|99.59|\n", "总分|||||||100|99.59|\n\n||||莫名其妙的一格\n")], &["S05"]);
    case(&[("项目名称||职业技能培训补助", "项目名称||")], &["S03"]);
    case(&[("(2023年度)\n", "")], &["S03"]);
}

#[test]
fn defects_of_spelling() {
    case(&[("|≥95%|", "|≥９５%|")], &["V01"]);
    case(&[("|≥95%|", "|≥ 95%|")], &["V02"]);
    case(&[("|新增就业人数|", "|新增 就业人数|")], &["V02"]);
    case(&[("提高劳动者技能", "<p>提高劳动者技能</p>")], &["V03"]);
    case(
        &[
            ("|≥90%|", "|≥90百分比|"),
            ("|95%|", "|95百分比|"),
            ("≥95%", "≥95百分比"),
            ("|96%|", "|96百分比|"),
            ("≥10%", "≥10百分比"),
            ("|11%|", "|11百分比|"),
        ],
        &["V04"],
    );
    case(&[("|≥90%|", "|≥90百分比|")], &["V04", "V05"]);
    case(&[("，提高劳动者技能", ",提高劳动者技能")], &["V06"]);
    case(&[("|80|100|99.5|", "|８０|100|９９．５|")], &["V01"]);
    case(&[("|9.92|", "|９．９２|")], &["V01"]);
    case(&[("|80|100|99.5|", "|80|100万元|995000元|")], &["V07"]);
    case(
        &[
            ("项目资金(万元)", "项目资金(元)"),
            ("≥50万元|52万元", "≥50元|52元"),
            ("|≤1200000元|1190000元|", "|≤120元|119元|"),
        ],
        &["V07"],
    );
    case(&[("|80|100|99.5|", "|80|１００万元|99.5|")], &["V07"]);
    case(&[("|80|100|99.5|", "|¥80.00|1.0E+02|人民币99.5万元|")], &["V07"]);
    case(&[("|80|100|99.5|", "|80|￥１００|99.5|")], &["V07"]);
    let restated = |typed: &str, in_yuan: bool| -> Vec<String> {
        let to = format!("|80|{typed}|99.5|");
        let unit = [("项目资金(万元)", "项目资金(元)")];
        let changes = [&[("|80|100|99.5|", to.as_str())], &unit[..usize::from(in_yuan)]].concat();
        let about =
            found(&changes).into_iter().filter(|(code, words)| *code == "V07" && words.contains(typed));
        about.map(|(_, words)| words.split_once('是').unwrap().1.to_owned()).collect()
    };
    let in_yuan = |typed| restated(typed, true);
    assert_eq!(restated("100万元", false), ["“100万元”，官方表以万元为单位，只写数字，应写 100"]);
    assert_eq!(restated("¥100.00", false), ["“¥100.00”，官方表以万元为单位，只写数字，应写 100"]);
    assert_eq!(restated("0.01亿", true), ["“0.01亿”，官方表以万元为单位，只写数字，应写 100"]);
    assert_eq!(in_yuan("￥1000"), ["“￥1000元”，官方表以万元为单位，应写 0.1"]);
    assert_eq!(in_yuan("1000"), ["“1000元”，官方表以万元为单位，应写 0.1"]);
    assert_eq!(in_yuan("70 80"), ["“70 80”，认不出金额；这张表以元为单位，官方表以万元为单位，要注明单位"]);
    assert_eq!(in_yuan("699100元2"), Vec::<String>::new(), "it says its unit itself");
}

#[test]
fn defects_of_money() {
    case(&[("\n(2023年度)", "\n(2023年度)|||||||||单位：元")], &["M12"]);
    case(&[("\n(2023年度)", "\n(2023年度)|||||||||单位：万元")], &[]);
    case(&[("(2023年度)", "(2023年度、单位：万元)")], &[]);
    case(&[("|99.17%|", "|99.16%|")], &["M01"]);
    case(&[("|99.17%|", "|百分之百|")], &["M01"]);
    case(&[("|99.17%|", "|99%|")], &[]);
    case(&[("|99.17%|", "|0.99|")], &[]);
    case(&[("|99.17%|", "|1|")], &["M01"]);
    case(&[("|99.17%|", "|1.0|")], &["M01"]);
    case(&[("|9.92|", "|9.9|")], &["M02"]);
    case(&[("|9.92|", "|九分九|")], &["M02"]);
    case(&[("|10|99.17%|9.92|", "|10|99.17%|9.91999999|")], &["M02"]);
    case(&[("|80|100|99.5|", "|80|90|89.5|"), ("|99.50%|", "|99.44%|")], &["M03"]);
    case(
        &[
            ("|120|119|", "|120|121|"),
            ("|99.5|—|99.50%|", "|101.5|—|101.50%|"),
            ("|99.17%|9.92|", "|100.83%|10|"),
            ("99.59", "99.67"),
        ],
        &["M04"],
    );
    case(&[("|80|100|99.5|—|99.50%|", "|80|-100|99.5|—||")], &["M07", "M03"]);
    case(&[("|80|100|99.5|", "|80|一百|99.5|"), ("|99.50%|", "||")], &["M08"]);
    case(&[("|80|100|99.5|—|99.50%|", "|80|(100)|99.5|—||")], &["M07", "M03", "V07"]);
    case(&[("|80|100|99.5|", "|80||99.5|"), ("|99.50%|", "||")], &["M03"]);
    case(&[("≤1200000元|1190000元", "≤900000元|890000元")], &["M10"]);
    // Nothing but the size of the amounts says that they are in 元: every ratio of them is right.
    let in_yuan = |unit: &str| {
        raised(&[
            ("|100|120|119|", "|10000000000|12000000000|11900000000|"),
            ("|80|100|99.5|", "|8000000000|10000000000|9950000000|"),
            ("|20|20|19.5|", "|2000000000|2000000000|1950000000|"),
            ("(万元)", unit),
        ])
    };
    assert!(in_yuan("(万元)").contains("M11"));
    assert!(!in_yuan("(元)").contains("M11"), "1.2 million 万元 in 元");
    let stated = raised(&[("|100|120|119|", "|100|1200000万元|119|")]);
    assert!(!stated.contains("M11"), "the unit stands beside it");
}

#[test]
fn defects_of_targets() {
    case(&[("|≥300人|", "|300人|")], &["T01"]);
    case(&[("|≥300人|290人|", "|≥300|290|")], &["T02"]);
    case(&[("|≥300人|290人|", "||290人|")], &["T03"]);
    case(&[("2023年12月31日前", "2022年12月31日前")], &["T05"]);
    case(&[("|≥95%|96%|", "|≥100%|100%|")], &["T06"]);
    case(&[("|健全|健全|", "|培训机制健全程度|健全|")], &["T07"]);
    case(&[("≤1200000元|1190000元", "≥1200000元|1200000元")], &["T08"]);
    case(&[("|≥300人|290人|", "|≥300人|290个|")], &["T09"]);
    case(&[("|1050人次|", "|7480人次|")], &["T10"]);
}

#[test]
fn defects_of_points() {
    case(&[("|1050人次|20|20|", "|1050人次||20|")], &["P01"]);
    case(&[("|52万元|5|5|", "|52万元|6|6|"), ("99.59", "100.59")], &["P02"]);
    case(&[("|1050人次|20|20|", "||20|20|")], &["P03", "P08"]);
    case(&[("|1050人次|20|20|", "|1050人次|20|21|"), ("99.59", "100.59")], &["P04", "P05"]);
    case(&[("|52万元|5|5|", "|52万元|5|4|少算了一分。"), ("99.59", "98.59")], &["P05"]);
    let reason = "部分学员年末才结业，明年提前开班。";
    case(&[(reason, "")], &["P06"]);
    for none in ["无", "0", "无偏差", "同上", "见附件", "√", "。"] {
        case(&[(reason, none)], &["P06"]);
    }
    let words = found(&[(reason, "无")]);
    assert!(words.iter().any(|(_, words)| words.contains("写的是“无”，没有说明原因")), "{words:?}");
    case(&[("99.59", "99.58")], &["P07"]);
    case(
        &[("|健全|健全|10|10|", "|健全|部分达成年度指标并具有一定效果|10|5|还不健全。"), ("99.59", "94.59")],
        &["P09"],
    );
    let ticked = |actual: &str| {
        let actual = format!("|健全|{actual}|10|9|还不健全。");
        raised(&[("|健全|健全|10|10|", &actual), ("99.59", "98.59")])
    };
    assert!(!ticked("☑达成年度指标□部分达成年度指标□未达成年度指标").contains("P09"));
    assert!(ticked("□达成年度指标☑部分达成年度指标□未达成年度指标").contains("P09"));
    assert!(!ticked("□达成年度指标□部分达成年度指标□未达成年度指标").contains("P09"));
    let words = found(&[
        ("|120|119|10|99.17%|9.92|", "|120|88.547|10|73.79%|7.38|"),
        ("|99.5|—|99.50%|", "|69.047|—|69.05%|"),
        ("99.59", "97.05"),
    ]);
    let codes: Vec<_> = words.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, ["M06", "P10"]);
    assert!(words.iter().all(|(_, words)| words.contains("73.79%")), "one rate, one rounding: {words:?}");
    case(&[("|1050人次|20|20|", "|1050人次|20||")], &["P11"]);
    case(&[("|1050人次|20|20|", "|1050人次|二十|20|")], &["P14"]);
    case(&[("|100|99.59|", "|一百|99.59|")], &["P14"]);
    for words in ["已完成", "见附件", "√", "约1050人次", "无"] {
        case(&[("|1050人次|", &format!("|{words}|"))], &["P15"]);
    }
    case(&[("|2023年11月30日|", "|45260|")], &["P15"]);
    case(&[("|2023年11月30日|", "|按时完成|")], &[]);
    case(&[("|100|99.59|", "|100|约一百|")], &["P07"]);
}

#[test]
fn defects_of_goals() {
    case(
        &[(
            "全年组织培训三十期，参训人员满意，就业率明显提高。",
            "组织职业技能培训，提高劳动者技能，促进就业。",
        )],
        &["G01"],
    );
    case(&[("全年组织培训三十期，参训人员满意，就业率明显提高。", "")], &["G02"]);
}
