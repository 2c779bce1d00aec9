//! What the forms of the samples and of the corpus say, field by field, and what follows from it by arithmetic.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::path::Path;

use common::{as_submitted, differences, files, golden, path};
use serde_json::Value;
use zipingbiao::reader;
use zipingbiao::report::Report;
use zipingbiao::template::Template;
use zipingbiao::writer::json;

/// Holds the forms of `file` against their golden answers.
fn hold(file: &Path, answers: &[Value]) -> Vec<String> {
    let forms = as_submitted(file);
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    if forms.len() != answers.len() {
        return vec![format!("{name}: {} forms are not {}", forms.len(), answers.len())];
    }
    let pairs = forms.iter().zip(answers).enumerate();
    pairs
        .flat_map(|(n, (form, answer))| differences(form, answer).into_iter().map(move |d| (n, d)))
        .map(|(n, d)| format!("{name} #{n} {d}"))
        .collect()
}

#[track_caller]
fn none(differences: &[String]) {
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn the_text_says_what_a_careful_person_reads_off_it() {
    let answers = golden("tests/golden/text.truth.json");
    none(&hold(&path("samples/自评表.txt"), answers.as_array().unwrap()));
}

#[test]
fn the_workbook_of_all_says_the_same() {
    let answers = golden("tests/golden/text.truth.json");
    none(&hold(&path("samples/27张自评表.xlsx"), answers.as_array().unwrap()));
}

#[test]
fn every_submission_says_what_its_sender_meant() {
    let answers = golden("tests/golden/submitted.truth.json");
    let answers = answers.as_array().unwrap();
    assert_eq!(answers.len(), files("samples/submitted").len());
    let found = answers.iter().flat_map(|answer| {
        let name = Path::new(answer["file"].as_str().unwrap()).file_name().unwrap().to_owned();
        hold(&path("samples/submitted").join(name), std::slice::from_ref(answer))
    });
    none(&found.collect::<Vec<_>>());
}

#[test]
fn the_corpus_of_other_programs_layouts_and_noise_is_read_right() {
    let inputs = files("tests/corpus/files");
    assert!(inputs.len() > 100);
    let found = inputs.iter().flat_map(|file| {
        let name = file.file_name().unwrap().to_string_lossy();
        let answers = golden(&format!("tests/corpus/golden/{name}.json"));
        hold(file, answers.as_array().unwrap())
    });
    none(&found.collect::<Vec<_>>());
}

#[test]
fn no_word_of_a_sample_is_lost() {
    let document = reader::read(&std::fs::read(path("samples/自评表.txt")).unwrap()).unwrap();
    let extras: Vec<_> = document.forms.iter().flat_map(|found| &found.form.extra).collect();
    assert!(extras.is_empty(), "the text holds nothing but its forms and its list: {extras:?}");
    assert_eq!(document.list.len(), 27);
}

/// The clean data of every form of the text.
fn clean() -> Vec<Value> {
    clean_of("samples/自评表.txt")
}

/// The clean data of every form of a file.
fn clean_of(file: &str) -> Vec<Value> {
    let template = Template::standard();
    let document = reader::read(&std::fs::read(path(file)).unwrap()).unwrap();
    let reports = document.forms.into_iter().map(|found| Report::new(file, found, template));
    reports.map(|report| json::clean(&report, &report.fixed(template).report).unwrap()).collect()
}

#[test]
fn rates_scores_and_totals_follow_by_arithmetic() {
    let expected = golden("tests/golden/text.expected.json");
    let forms = clean();
    for (form, expected) in forms.iter().zip(expected.as_array().unwrap()) {
        for (row, expected) in
            form["funding"].as_array().unwrap().iter().zip(expected["funding"].as_array().unwrap())
        {
            let percent = row["rate"].as_number().map(|rate| {
                let rate: rust_decimal::Decimal = rate.to_string().parse().unwrap();
                format!("{:.2}%", rate * rust_decimal::Decimal::ONE_HUNDRED)
            });
            assert_eq!(percent.as_deref(), expected["rate"].as_str(), "{} {}", form["project"], row["item"]);
            let score = row["score"].as_number().map(|score| two_decimals(&score.to_string()));
            assert_eq!(score.as_deref(), expected["score"].as_str(), "{} {}", form["project"], row["item"]);
        }
        let total = two_decimals(&form["total"]["score"].to_string());
        assert_eq!(
            total,
            two_decimals(expected["total"]["computed"].as_str().unwrap()),
            "{}",
            form["project"]
        );
    }
}

fn two_decimals(number: &str) -> String {
    format!("{:.2}", number.parse::<rust_decimal::Decimal>().unwrap())
}

/// Which forms of the text must raise a rule; those not named here raise none.
const RAISED: [(&str, &[usize]); 19] = [
    ("S02", &[1, 7, 8, 9, 10, 12, 13, 15, 16, 20, 21, 23, 24, 25, 26, 27]),
    ("S04", &[6, 12, 18]),
    ("V02", &[2, 7, 12, 15]),
    ("V03", &[21, 27]),
    ("V05", &[2, 3, 5, 6]),
    ("V06", &[7]),
    ("M06", &[4, 11, 12]),
    ("M10", &[1, 4, 7, 12, 17, 21]),
    ("T01", &[3, 4, 6, 13, 25, 27]),
    ("T02", &[12, 25]),
    ("T05", &[21]),
    ("T06", &[12, 21]),
    ("T07", &[10]),
    ("P06", &[1, 4, 7, 8, 9, 10, 11, 12, 13, 17, 18, 27]),
    ("P08", &[4]),
    ("P10", &[4]),
    (
        "P01",
        &[1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27],
    ),
    (
        "G01",
        &[1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27],
    ),
    (
        "S08",
        &[1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27],
    ),
];

#[test]
fn each_rule_raises_exactly_the_forms_that_a_reviewer_would_name() {
    each_rule_raises("samples/自评表.txt", &[]);
}

#[test]
fn the_same_rules_raise_the_same_forms_of_the_workbook() {
    each_rule_raises("samples/27张自评表.xlsx", &["S02", "V02", "V06"]); // these depend on the typing
}

/// Holds the forms that raise each rule against those of [`RAISED`], but for rules that depend on how it was typed.
fn each_rule_raises(file: &str, typing: &[&str]) {
    let forms = clean_of(file);
    let raised = |code: &str| -> Vec<usize> {
        (1..).zip(&forms).filter(|(_, form)| raises(form, code)).map(|(no, _)| no).collect()
    };
    let percents = ["百分比", "百分率", "千分率"];
    let spelt =
        |form: &Value| form["findings"].as_array().unwrap().iter().filter(|f| f["code"] == "V04").count();
    for rule in zipingbiao::rules::RULES.into_iter().filter(|rule| !typing.contains(&rule.code)) {
        let expected = RAISED.iter().find(|(code, _)| *code == rule.code).map_or(&[][..], |(_, forms)| forms);
        match rule.code {
            "P03" => assert_eq!(raised("P03"), (1..=27).collect::<Vec<_>>()),
            "V04" => {} // below: wherever such a unit is written
            code => assert_eq!(raised(code), expected, "{code} of {file}"),
        }
    }
    let typed = golden("tests/golden/text.truth.json");
    for (form, typed) in forms.iter().zip(typed.as_array().unwrap()) {
        let targets = typed["indicators"].as_array().unwrap().iter().filter_map(|row| row["target"].as_str());
        let words = targets.filter(|target| percents.iter().any(|word| target.ends_with(word))).count();
        assert_eq!(spelt(form), words, "V04 of {}", form["project"]);
    }
}

fn raises(form: &Value, code: &str) -> bool {
    form["findings"].as_array().unwrap().iter().any(|finding| finding["code"] == code)
}
