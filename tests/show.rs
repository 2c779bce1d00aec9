//! `zpb export --show`: every stage of every format as text whose columns stand under each other.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::fs;

use assert_cmd::Command;
use common::{files, path};
use unicode_width::UnicodeWidthStr;
use zipingbiao::reader;
use zipingbiao::writer::show;

fn shown(stage: &str, input: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zpb"));
    let output = command.current_dir(path(".")).args(["export", input, "--show", stage]).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn every_cell_is_shown_with_what_it_was_taken_for() {
    for file in files("tests/corpus/files") {
        for sheet in reader::sheets(&fs::read(&file).unwrap()).unwrap() {
            let (grid, layout) = (show::grid(&sheet), show::layout(&sheet));
            for (at, _) in sheet.grid.cells() {
                let place = format!("    {} ", sheet.grid.region(at));
                assert!(grid.contains(&place), "{}: {place} in {grid}", file.display());
                assert!(layout.contains(&place), "{}: {place} in {layout}", file.display());
            }
        }
    }
}

#[test]
fn columns_stand_under_each_other() {
    for (stage, column) in [("grid", "文字 "), ("layout", "标签 ")] {
        let (_, text, _) = shown(stage, "tests/corpus/files/layout_anhui.xlsx");
        let at: Vec<usize> =
            text.lines().filter_map(|line| Some(line.split_once(column)?.0.width_cjk())).collect();
        assert!(at.len() > 20 && at.iter().all(|width| *width == at[0]), "{stage}: {at:?}");
    }
}

#[test]
fn the_stages_say_what_was_made_of_a_cell() {
    let file = "tests/corpus/files/noise_slid_two.xlsx";
    let (_, grid, _) = shown("grid", file);
    assert!(grid.contains("个单元格") && grid.contains("个合并区域"), "{grid}");
    let (_, layout, _) = shown("layout", file);
    let slid = layout.lines().find(|line| line.contains("错列")).unwrap();
    assert!(slid.contains("归位，把握") && slid.contains("指标"), "{slid}");
    assert!(layout.contains("一级指标") && layout.contains("指标 1–"), "{layout}");

    let (_, form, _) = shown("form", "tests/corpus/files/noise_full_width_numbers.xlsx");
    assert!(form.lines().any(|line| line.contains("全年预算数")), "{form}");
    let (_, scores, _) = shown("scores", "tests/corpus/files/layout_anhui.xlsx");
    assert!(scores.contains("执行率") && scores.lines().any(|line| line.contains("总分")), "{scores}");
    let (_, hidden, _) = shown("grid", "tests/corpus/files/noise_hidden.xlsx");
    assert!(hidden.contains("隐藏的行："), "{hidden}");
    let (_, formulas, _) = shown("grid", "tests/corpus/files/noise_formulas_no_value.xlsx");
    assert!(formulas.lines().any(|line| line.contains("公式无结果") && line.contains('=')), "{formulas}");
}

#[test]
fn a_sheet_without_form_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let half = folder.path().join("半张.csv").to_string_lossy().into_owned();
    fs::write(&half, "项目支出绩效自评表,\n项目名称,甲\n负责人,乙\n").unwrap();
    let other = folder.path().join("别的.csv").to_string_lossy().into_owned();
    fs::write(&other, "姓名,电话\n甲,1\n").unwrap();
    for (file, why) in [
        (&*half, "只认出标题（…自评表）、“项目名称”；没有认出资金栏目"),
        (&*other, "没有认出自评表的任何栏目"),
        ("samples/清单.xlsx", "是清单，27 个项目"),
    ] {
        let (status, layout, err) = shown("layout", file);
        assert!(status == 0 && layout.contains("0 张自评表") && layout.contains(why), "{layout}{err}");
    }
}

#[test]
fn what_has_no_cells_and_what_is_packed_can_be_shown_too() {
    let (status, text, _) = shown("layout", "tests/archives/python.zip");
    assert_eq!((status, text.matches("python.zip/报送/").count()), (0, 3), "{text}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("数据.json").to_string_lossy().into_owned();
    let mut command = Command::new(env!("CARGO_BIN_EXE_zpb"));
    command.args(["export", "samples/submitted/03社保千分之四奖励金.csv", "-o", &file]).assert().success();
    let (status, text, _) = shown("grid", &file);
    assert!(status == 0 && text.contains("没有单元格"), "{text}");
    let (status, text, _) = shown("form", &file);
    assert!(status == 0 && text.contains("项目名称"), "{text}");
}
