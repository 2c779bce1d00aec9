//! What a unit is to correct to a letter (退回意见): form by form, cell by cell, on A4 to be printed or sent.

use std::collections::HashMap;

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::advice_words;
use super::cell::lines;
use super::frame::{Frame, Framed};
use super::look::Number;
use super::row::Rows;
use super::store::{CHUNK, Store, Stored};
use crate::diagnostic::{Diagnostic, FixKind, Severity};
use crate::grid::CellRef;
use crate::writer::names::Names;

/// ISO A4 in the spreadsheet's list of papers.
const A4: u8 = 9;
/// Widths of the columns 序号, 单元格, 请更正或核实, 要求 in characters.
const WIDTHS: [u16; 4] = [6, 9, 64, 10];
const HEADERS: [&str; 4] = ["序号", "单元格", "请更正或核实", "要求"];
const WORDS: usize = 2;
const LAST: u32 = 3;
/// Rows that end a letter.
const FOOT: u32 = 2;
/// Height of a line and of the space around lines, in points.
const LINE: f64 = 15.0;
const PADDING: f64 = 7.0;

/// A form that was sent in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sent {
    /// The submitted file as given, with `/`.
    pub file: String,
    /// The sheet in it; `None` for text.
    pub sheet: Option<String>,
    /// 项目名称
    pub project: Option<String>,
    /// 实施单位, else 主管部门: whom it is sent back to; `None` if neither is known.
    pub unit: Option<String>,
    /// The submitted file as seen from the list, with `/`; `None` where no link can open it.
    pub link: Option<String>,
}

/// Whether a finding is for the unit: what only a person there can put right; notes and spellings are the reviewer's
/// own affair.
pub(super) fn asks_for(found: &Diagnostic) -> bool {
    let mended = found.code.starts_with('V');
    found.severity == Severity::Error || (found.severity == Severity::Warning && !mended)
}

/// The sheet that a letter is written on.
pub(super) struct Blank;

impl Framed for Blank {
    fn sheet_name(&self, _: usize) -> String {
        "退回意见".to_owned()
    }

    /// A4 portrait, one page wide.
    fn set_up(&self, sheet: &mut Worksheet, name: &str) -> Result<(), XlsxError> {
        sheet.set_name(name)?;
        for (col, width) in (0..).zip(WIDTHS) {
            sheet.set_column_width(col, width)?;
        }
        sheet.set_paper_size(A4).set_portrait().set_print_fit_to_pages(1, 0);
        sheet.set_print_center_horizontally(true).set_margins(0.6, 0.6, 0.7, 0.7, 0.3, 0.3);
        sheet.set_footer("&C第 &P 页，共 &N 页");
        Ok(())
    }
}

/// What a letter opens with.
pub(super) struct Head {
    /// Whom it is to.
    pub unit: Option<String>,
    /// How many forms the unit sent.
    pub forms: usize,
    /// How much is to be corrected.
    pub errors: usize,
    /// How much is to be looked at again.
    pub doubts: usize,
}

impl Head {
    fn addressee(&self) -> &str {
        self.unit.as_deref().unwrap_or("未写单位")
    }

    fn opening(&self) -> String {
        let (errors, doubts) = (self.errors, self.doubts);
        let asked = match (errors, doubts) {
            (_, 0) => format!("有 {errors} 处请更正或补填"),
            (0, _) => format!("有 {doubts} 处请核实"),
            _ => format!("有 {errors} 处请更正或补填，另有 {doubts} 处请核实"),
        };
        format!(
            "　　你单位报送的 {} 张《项目支出绩效自评表》收悉。经核对，{asked}，逐条列在下面。单元格的编号以报来的文件为准。请在原表上修改后重新报送；核实后不需修改的，请说明理由。",
            self.forms
        )
    }
}

/// A letter while it is written.
pub(super) struct Letter<'a> {
    head: Head,
    frame: &'a Frame,
    names: &'a mut Names,
    store: &'a mut Store,
    rows: Rows,
    row: u32,
    /// The header of its table, which each printed page repeats.
    header: u32,
    /// The forms in it.
    forms: usize,
    /// Rows after which it goes on on another sheet.
    full: u32,
}

impl<'a> Letter<'a> {
    /// Begins a letter on a sheet of so many rows at most, whose name is none of `names`.
    pub fn begin(
        head: Head,
        (frame, rows): (&'a Frame, u32),
        names: &'a mut Names,
        store: &'a mut Store,
    ) -> Result<Self, XlsxError> {
        let full = rows.saturating_sub(FOOT + 1);
        let rows = Rows::default();
        let mut letter = Self { head, frame, names, store, rows, row: 0, header: 0, forms: 0, full };
        letter.open()?;
        Ok(letter)
    }

    /// Adds a form: its name, and a row for each finding.
    pub fn form(&mut self, sent: &Sent, found: &[Diagnostic]) -> Result<(), XlsxError> {
        self.turn()?;
        self.forms += 1;
        let project = sent.project.as_deref().unwrap_or("（没有项目名称）");
        let sheet = sent.sheet.as_deref().map(|sheet| format!("，工作表 {sheet}")).unwrap_or_default();
        let heading = format!("{}．{project}\n文件 {}{sheet}", self.forms, file_name(&sent.file));
        let height = height(&heading, WIDTHS.iter().sum());
        self.across(&heading, height, Number::LetterForm);
        for (ordinal, same) in (1..).zip(together(found)) {
            self.turn()?;
            self.request(ordinal, &same);
            if self.rows.xml.len() > CHUNK {
                self.store.add(&mut self.rows.xml)?;
            }
        }
        Ok(())
    }

    /// Goes on on another sheet where this one is full.
    fn turn(&mut self) -> Result<(), XlsxError> {
        if self.row <= self.full && !self.store.is_full() {
            return Ok(());
        }
        self.close()?;
        self.open()
    }

    /// Ends it.
    pub fn end(mut self) -> Result<(), XlsxError> {
        self.close()
    }

    /// Begins a sheet.
    fn open(&mut self) -> Result<(), XlsxError> {
        self.store.begin()?;
        self.rows = Rows::within(self.frame);
        self.row = 0;
        self.across("项目支出绩效自评表退回意见", 34.0, Number::LetterTitle);
        self.across(&format!("{}：", self.head.addressee()), 24.0, Number::LetterName);
        self.prose(&self.head.opening());
        self.header = self.row;
        self.rows.open(self.row, 22.0);
        for (col, header) in (0..).zip(HEADERS) {
            self.rows.text(CellRef::new(self.row, col), Number::LetterHeader, header);
        }
        self.rows.close();
        self.row += 1;
        Ok(())
    }

    /// Ends the sheet.
    fn close(&mut self) -> Result<(), XlsxError> {
        self.prose("　　如有不明之处，请与我们联系。谢谢支持！");
        let sign = "经办人：　　　　　　　联系电话：　　　　　　　　　　　　年　　月　　日";
        self.across(sign, 30.0, Number::LetterSign);
        self.rows.end(None);
        self.store.add(&mut self.rows.xml)?;
        let name = self.names.of(&format!("退回意见-{}", self.head.addressee()));
        self.store.end(Stored { name, repeated: self.header, filtered: None }, None)
    }

    /// What is asked for one finding, or for several of one kind.
    fn request(&mut self, ordinal: u32, same: &[&Diagnostic]) {
        let Some((first, others)) = same.split_first() else { return };
        let words = format!("{}{}", words(first), also(others));
        let asked = if first.severity == Severity::Error { "请更正" } else { "请核实" };
        let place = match others.len() {
            0 => cell(first),
            more => format!("{}\n等 {} 处", cell(first), more + 1),
        };
        let at = |col| CellRef::new(self.row, col);
        let width = WIDTHS.get(WORDS).copied().unwrap_or_default();
        self.rows.open(self.row, height(&words, width));
        self.rows.number(at(0), Number::LetterCentred, ordinal);
        self.rows.text(at(1), Number::LetterCentred, &place);
        self.rows.text(at(2), Number::LetterText, &words);
        self.rows.text(at(LAST), Number::LetterCentred, asked);
        self.rows.close();
        self.row += 1;
    }

    fn prose(&mut self, text: &str) {
        self.across(text, height(text, WIDTHS.iter().sum()), Number::LetterProse);
    }

    fn across(&mut self, text: &str, height: f64, look: Number) {
        self.rows.across(self.row, height, LAST, look, text);
        self.row += 1;
    }
}

/// Findings of one kind that are written one by one; more of them are one request.
const ONE_BY_ONE: usize = 3;
/// Cells of one request: what a row of the letter has room for on paper.
const CELLS: usize = 120;

/// The findings of a form as they are asked for: those that differ by their cell alone together.
fn together(found: &[Diagnostic]) -> Vec<Vec<&Diagnostic>> {
    let (mut kinds, mut places): (Vec<Vec<&Diagnostic>>, _) = (Vec::new(), HashMap::new());
    for one in found {
        let place = if is_alike(one) {
            places.entry((one.code, one.severity)).or_insert(kinds.len())
        } else {
            &kinds.len()
        };
        match kinds.get_mut(*place) {
            Some(kind) => kind.push(one),
            None => kinds.push(vec![one]),
        }
    }
    let apart = |kind: Vec<_>| {
        let size = if kind.len() > ONE_BY_ONE { CELLS } else { 1 };
        kind.chunks(size).map(<[_]>::to_vec).collect::<Vec<_>>()
    };
    kinds.into_iter().flat_map(apart).collect()
}

/// Whether a finding may ask for the same as others of its rule at different cells; what has an answer of its own is
/// told by itself.
fn is_alike(found: &Diagnostic) -> bool {
    found.cell.is_some() && advised(found).is_none()
}

/// The cells of the other findings of a request.
fn also(others: &[&Diagnostic]) -> String {
    let cells: Vec<_> = others.iter().map(|other| cell(other)).collect();
    if cells.is_empty() {
        String::new()
    } else {
        format!("。下列单元格也是这样：{}", cells.join("、"))
    }
}

fn cell(one: &Diagnostic) -> String {
    one.cell.map_or_else(|| "全表".to_owned(), |cell| cell.to_string())
}

/// The height of a text in columns of that width together.
fn height(text: &str, width: u16) -> f64 {
    let lines = u16::try_from(lines(text, usize::from(width - 3))).unwrap_or(u16::MAX);
    (f64::from(lines) * LINE + PADDING).min(409.0)
}

/// The finding, with what belongs there if that is certain.
fn words(one: &Diagnostic) -> String {
    let message = &one.message;
    advised(one).map_or_else(|| message.clone(), |advice| format!("{message}（{advice}）"))
}

/// What would put an error right for certain.
fn advised(found: &Diagnostic) -> Option<String> {
    let fix = found.fix.as_ref().filter(|_| found.severity == Severity::Error);
    fix.filter(|fix| fix.kind == FixKind::Safe).and_then(advice_words)
}

/// A unit knows its own file, not our folders.
fn file_name(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}
