//! Submissions spoilt by chance to official sheets, and these to official sheets again: nothing is lost on the way, and
//! what was fixed stays as it is.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use zipingbiao::grid::CellRef;
use zipingbiao::labels::labels;
use zipingbiao::reader::{self, Found};
use zipingbiao::report::Report;
use zipingbiao::template::Template;
use zipingbiao::text;
use zipingbiao::writer::xlsx::{self, Options};

/// Spoilt forms that are tried; `PROPTEST_CASES` makes more of them.
const CASES: u32 = 400;

/// Texts by row and column.
type Grid = Vec<Vec<String>>;

/// What happens to a form on its way.
#[derive(Debug, Clone)]
enum Harm {
    /// A cell is emptied.
    Cleared(Index),
    /// A cell says something of its own.
    Overwritten(Index, &'static str),
    /// A cell's text stands a little elsewhere, too.
    Repeated(Index, i8, i8),
    /// Two cells change places.
    Swapped(Index, Index),
    /// A text is cut in half.
    Cut(Index),
    /// A row is there twice.
    Doubled(Index),
    /// A row is gone.
    Deleted(Index),
    /// A row is pushed a cell to the right.
    Pushed(Index),
    /// A column is gone.
    Narrowed(Index),
}

const SCRAWL: &[&str] = &[
    "—",
    "/",
    "*",
    "0",
    "12.5",
    "98%",
    "≥3个",
    "其中：",
    "其中：彩票公益金",
    "合计",
    "小计",
    "总分",
    "无",
    "同上",
    "√",
    "2023年",
    "产出指标",
    "数量指标",
    "项目名称",
    "主管部门：某局",
    "填报人：李四",
    "注：已核对",
    "优：良：中",
    "10分",
    "达成年度指标",
    "#REF!",
    "####",
    "1,000",
    "（20分）",
    "预期目标",
    "=1+1",
];

fn harm() -> impl Strategy<Value = Harm> {
    let at = any::<Index>;
    prop_oneof![
        at().prop_map(Harm::Cleared),
        (at(), prop::sample::select(SCRAWL)).prop_map(|(at, text)| Harm::Overwritten(at, text)),
        (at(), -2..3_i8, -2..3_i8).prop_map(|(at, down, right)| Harm::Repeated(at, down, right)),
        (at(), at()).prop_map(|(one, other)| Harm::Swapped(one, other)),
        at().prop_map(Harm::Cut),
        at().prop_map(Harm::Doubled),
        at().prop_map(Harm::Deleted),
        at().prop_map(Harm::Pushed),
        at().prop_map(Harm::Narrowed),
    ]
}

impl Harm {
    fn done_to(&self, grid: &mut Grid) {
        let cells: Vec<(usize, usize)> = grid
            .iter()
            .enumerate()
            .flat_map(|(row, cells)| (0..cells.len()).map(move |col| (row, col)))
            .filter(|(row, col)| !grid[*row][*col].is_empty())
            .collect();
        if cells.is_empty() {
            return;
        }
        let cell = |index: &Index| *index.get(&cells);
        match self {
            Self::Cleared(at) => text_at(grid, cell(at)).clear(),
            Self::Overwritten(at, text) => (*text).clone_into(text_at(grid, cell(at))),
            Self::Repeated(at, down, right) => {
                let (row, col) = cell(at);
                let moved = |from: usize, by: i8| from.checked_add_signed(by.into());
                let Some(to) = moved(row, *down).zip(moved(col, *right)) else { return };
                let text = text_at(grid, (row, col)).clone();
                if to.0 < grid.len() && to.1 < grid[to.0].len() {
                    *text_at(grid, to) = text;
                }
            }
            Self::Swapped(one, other) => {
                let (one, other) = (cell(one), cell(other));
                let text = std::mem::take(text_at(grid, one));
                let text = std::mem::replace(text_at(grid, other), text);
                *text_at(grid, one) = text;
            }
            Self::Cut(at) => {
                let text = text_at(grid, cell(at));
                *text = text.chars().take(text.chars().count() / 2).collect();
            }
            Self::Doubled(at) => {
                let row = at.index(grid.len());
                grid.insert(row, grid[row].clone());
            }
            Self::Deleted(at) => {
                grid.remove(at.index(grid.len()));
            }
            Self::Pushed(at) => {
                let row = at.index(grid.len());
                grid[row].insert(0, String::new());
            }
            Self::Narrowed(at) => {
                let width = grid.iter().map(Vec::len).max().unwrap_or(1);
                let col = at.index(width.max(1));
                for row in grid.iter_mut().filter(|row| col < row.len()) {
                    row.remove(col);
                }
            }
        }
    }
}

fn text_at(grid: &mut Grid, (row, col): (usize, usize)) -> &mut String {
    &mut grid[row][col]
}

/// Every sheet with a form among the samples and the other layouts, as texts.
fn submitted() -> Vec<(String, Grid)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folders = ["samples/submitted", "tests/layouts/files"].map(|folder| root.join(folder));
    let mut files: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut grids = Vec::new();
    for file in files.iter().filter(|file| file.is_file()) {
        let Ok(sheets) = reader::sheets(&fs::read(file).unwrap()) else { continue };
        for sheet in sheets.iter().filter(|sheet| sheet.forms.len() == 1) {
            let mut grid = Grid::new();
            for (at, cell) in sheet.grid.cells() {
                let (row, col) = (at.row as usize, at.col as usize);
                grid.resize_with(grid.len().max(row + 1), Vec::new);
                let cells = &mut grid[row];
                cells.resize_with(cells.len().max(col + 1), String::new);
                cells[col] = cell.value.as_ref().map(|value| value.shown().to_owned()).unwrap_or_default();
            }
            grids.push((file.file_name().unwrap().to_string_lossy().into_owned(), grid));
        }
    }
    grids
}

fn csv_of(grid: &Grid) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in grid {
        // A row without a comma or a word would not count as one.
        let padding = std::iter::repeat_n("", 12_usize.saturating_sub(row.len()));
        writer.write_record(row.iter().map(String::as_str).chain(padding)).unwrap();
    }
    writer.into_inner().unwrap()
}

fn says(report: &Report, code: &str) -> bool {
    report.diagnostics.iter().any(|found| found.code == code)
}

fn first_form(bytes: &[u8]) -> Option<Found> {
    reader::read(bytes).ok()?.forms.into_iter().next()
}

/// Whether a form whose structure was found whole is the same once it was fixed twice; `None` where it was not.
///
/// Rows that slid and cells without a place may be clearer on the official sheet than they were; and a row of nothing
/// that makes sense may look slid there, which is said then.
fn stays(bytes: &[u8], template: &Template) -> Option<Result<(), Vec<u8>>> {
    let sheet_of = |report: Report| xlsx::workbook(&[&report], template, Options::default()).unwrap();
    let read = Report::new("表.csv", first_form(bytes)?, template);
    if says(&read, "S02") || says(&read, "S05") {
        return None;
    }
    let once = sheet_of(read.fixed(template).report);
    let again = Report::new("表.csv", first_form(&once).unwrap_or_else(|| panic!("our own sheet")), template);
    if says(&again, "S02") {
        return None;
    }
    let twice = sheet_of(again.fixed(template).report);
    Some(if once == twice { Ok(()) } else { Err(once) })
}

/// Whether the text is a word that heads something, or stands for nothing.
fn is_word(text: &str) -> bool {
    let labels = labels();
    labels.is_blank(text)
        || labels.year(text).is_some()
        || labels.unit_in_line(text).is_some()
        || labels.is_attachment(text)
        || labels.head(text).is_some()
        || labels.is_tail(text)
        || labels.is_funding_item_header(text)
        || labels.indicator(text).is_some()
        || labels.funding(text).is_some()
}

/// The texts that were taken for labels: neither kept with what stands under them, nor copies of what was kept.
fn labels_in(bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for sheet in reader::sheets(bytes).unwrap_or_default() {
        let shown = |at: &CellRef| {
            let value = sheet.grid.get(*at).and_then(|cell| cell.value.as_ref());
            value.map(|value| value.shown().to_owned()).unwrap_or_default()
        };
        for Found { layout, .. } in &sheet.forms {
            let fields: Vec<CellRef> =
                layout.fields.values().flatten().map(|source| source.region.start).collect();
            let extras = layout.extra.iter().filter_map(|extra| extra.cell.as_ref());
            let kept: Vec<String> = fields.iter().chain(extras).map(|at| text::fold(&shown(at))).collect();
            let heads = |word: &str| {
                let label = text::in_label(&text::label_key(word));
                layout.extra.iter().any(|e| e.label.as_ref().is_some_and(|kept| kept.starts_with(&label)))
            };
            let told = |at: &CellRef| {
                layout.guessed.iter().any(|guessed| guessed.cell == *at)
                    || layout.unknown.iter().any(|unknown| unknown.cell == *at)
            };
            let words = layout.labels.iter().filter(|at| !fields.contains(at) && !told(at)).map(shown);
            found.extend(words.filter(|word| !kept.contains(&text::fold(word)) && !heads(word)));
        }
    }
    found
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES)
}

/// Forms to which something happened, and what it was; the same in every run.
fn spoilt(grids: &[(String, Grid)]) -> Vec<(String, Vec<u8>)> {
    let config = Config { rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let drawn = (any::<Index>(), prop::collection::vec(harm(), 1..5));
    let one = |_| {
        let (which, harms) = drawn.new_tree(&mut runner).unwrap().current();
        let (name, whole) = which.get(grids);
        let mut grid = whole.clone();
        for harm in &harms {
            harm.done_to(&mut grid);
        }
        (format!("{name}: {harms:?}"), csv_of(&grid))
    };
    (0..cases()).map(one).collect()
}

/// With `AGAIN` a folder, what fails is put there.
fn keep(name: &str, bytes: &[u8]) {
    if let Ok(folder) = std::env::var("AGAIN") {
        fs::write(format!("{folder}/{name}"), bytes).unwrap();
    }
}

/// What a form says is kept, unless it is a word that the official sheet says anew.
#[test]
fn only_words_are_taken_for_labels() {
    let grids = submitted();
    let labels = grids.iter().flat_map(|(_, grid)| labels_in(&csv_of(grid)));
    let labels: BTreeSet<String> = labels.map(|word| text::label_key(&word)).collect();
    let mut lost = Vec::new();
    for (told, bytes) in spoilt(&grids) {
        let taken = labels_in(&bytes).into_iter();
        let taken = taken.filter(|word| !labels.contains(&text::label_key(word)) && !is_word(word));
        let before = lost.len();
        lost.extend(taken.map(|word| format!("{word:?}: {told}")));
        if lost.len() > before {
            keep(&format!("lost{before}.csv"), &bytes);
        }
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

#[test]
fn what_was_fixed_stays_as_it_is() {
    let grids = submitted();
    assert!(grids.len() > 100, "{} forms to spoil", grids.len());
    let (mut judged, mut changed) = (0, Vec::new());
    for (told, bytes) in spoilt(&grids) {
        let stays = stays(&bytes, Template::standard());
        judged += u32::from(stays.is_some());
        let Some(Err(once)) = stays else { continue };
        keep(&format!("{}.csv", changed.len()), &bytes);
        keep(&format!("{}.xlsx", changed.len()), &once);
        changed.push(told);
    }
    assert!(judged > cases() / 3, "only {judged} forms were still whole");
    assert!(changed.is_empty(), "{} of {judged} changed once more:\n{}", changed.len(), changed.join("\n"));
}
