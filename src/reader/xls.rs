//! `.xls` and `.et` workbooks (Excel 5.0–2003) to grids.

pub mod decode;

use crate::error::Cause;
use crate::grid::{Cell, CellRef, Grid, Value};
use crate::number;
use crate::reader::biff::{self, Book, Placed, Sheet};
use crate::reader::limits;
use crate::reader::ole::{self, Ole};
use decode::{Content, Contents};

/// Bytes of text in all cells together: one long text may stand in a great many of them.
fn text_bytes() -> usize {
    limits::times().saturating_mul(128 << 20)
}

/// Cells that a note names one by one.
const NAMED_CELLS: usize = 5;

/// Reads an Excel 5.0–2003 workbook.
///
/// # Errors
///
/// [`Cause::Encrypted`], [`Cause::TooLarge`] beyond the limits, and [`Cause::Corrupt`].
pub fn read(bytes: &[u8]) -> Result<Vec<Grid>, Cause> {
    let stream = workbook_stream(bytes)?;
    let book = biff::read(&stream, true)?;
    match decoded(&book) {
        Ok(contents) => grids(&book, &contents),
        // A single formula that cannot be read stops the decoder: the values count for more.
        Err(Cause::Corrupt(_)) => {
            let book = biff::read(&stream, false)?;
            grids(&book, &decoded(&book)?)
        }
        Err(cause) => Err(cause),
    }
}

/// The workbook's records: the newer stream where Excel 97 wrote two, or the file itself without a container.
fn workbook_stream(bytes: &[u8]) -> Result<Vec<u8>, Cause> {
    if !bytes.starts_with(&ole::MAGIC) {
        return Ok(bytes.to_vec());
    }
    let ole = Ole::open(bytes)?;
    for name in ["Workbook", "Book"] {
        if let Some(stream) = ole.stream(name)? {
            return Ok(stream);
        }
    }
    Err(Cause::Corrupt("没有 Workbook 数据流".to_owned()))
}

fn decoded(book: &Book) -> Result<Vec<Contents>, Cause> {
    decode::decode(&book.stream, &book.cells)
}

fn grids(book: &Book, contents: &[Contents]) -> Result<Vec<Grid>, Cause> {
    let mut bytes = 0;
    book.sheets.iter().map(|sheet| grid(book, contents, sheet, &mut bytes)).collect()
}

fn grid(book: &Book, contents: &[Contents], sheet: &Sheet, bytes: &mut usize) -> Result<Grid, Cause> {
    let mut grid = Grid::named(&sheet.name);
    grid.hidden = sheet.hidden;
    grid.hidden_rows.clone_from(&sheet.hidden_rows);
    grid.hidden_cols.clone_from(&sheet.hidden_cols);
    grid.notes.clone_from(&sheet.notes);
    for region in &sheet.merges {
        grid.merge(*region);
    }
    let (mut no_formula, mut no_text) = (Vec::new(), Vec::new());
    for placed in &sheet.cells {
        let (cell, formula_read) = cell(book, contents, placed);
        let shown = cell.value.as_ref().map_or("", Value::shown);
        *bytes += shown.len();
        if *bytes > text_bytes() {
            return Err(limits::exceeded(format!("文字超过 {} MB", text_bytes() >> 20)));
        }
        no_formula.extend((!formula_read).then_some(placed.at));
        no_text.extend(shown.contains('\u{FFFD}').then_some(placed.at));
        grid.put(placed.at, cell);
    }
    grid.notes.extend(note(&sheet.lost, "的内容读不出来"));
    grid.notes.extend(note(&no_formula, "的公式读不出来，只取其值"));
    grid.notes.extend(note(&no_text, "有读不出来的字（显示为 �），请与原件核对"));
    Ok(grid)
}

/// What is said of these cells, the first few of them named.
fn note(cells: &[CellRef], said: &str) -> Option<String> {
    let named: Vec<String> = cells.iter().take(NAMED_CELLS).map(ToString::to_string).collect();
    let more =
        if cells.len() > NAMED_CELLS { format!("等 {} 个单元格", cells.len()) } else { String::new() };
    (!cells.is_empty()).then(|| format!("{} {more}{said}", named.join("、")))
}

/// The cell, and whether its formula, if it has one, could be read.
fn cell(book: &Book, contents: &[Contents], placed: &Placed) -> (Cell, bool) {
    let number = placed.source.cell;
    let sheet = contents.get(placed.source.sheet);
    let value = sheet.and_then(|sheet| value(book, sheet.value(number), placed));
    if !placed.formula {
        return (Cell { value, formula: None }, true);
    }
    let text = sheet.map_or("", |sheet| sheet.formula(number));
    let known = is_readable(text).then(|| typed(text));
    let read = known.is_some();
    // Without a value, the cell must still be known for a formula.
    let formula = known.or_else(|| value.is_none().then(String::new));
    (Cell { value, formula }, read)
}

fn is_readable(formula: &str) -> bool {
    !formula.is_empty() && !formula.starts_with("Unrecognised formula")
}

fn value(book: &Book, content: &Content, placed: &Placed) -> Option<Value> {
    match content {
        Content::Blank => None,
        // A formula that some programs write without its result.
        Content::Text(text) if text.is_empty() && placed.formula => None,
        Content::Text(text) => Some(Value::Text(typed(text))),
        Content::Integer(integer) => Some(shown(book, (*integer).into(), placed)),
        Content::Number(bits) => Some(stored_number(book, f64::from_bits(*bits), placed)),
        Content::Truth(truth) => Some(Value::Bool(*truth)),
        Content::Error(error) => Some(Value::Error(error.clone())),
    }
}

fn typed(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn stored_number(book: &Book, stored: f64, placed: &Placed) -> Value {
    match number::from_f64(stored) {
        Some(number) => shown(book, number, placed),
        None if stored.is_finite() => Value::Text(format!("{stored:e}")),
        None => Value::Error("#NUM!".to_owned()),
    }
}

fn shown(book: &Book, number: rust_decimal::Decimal, placed: &Placed) -> Value {
    Value::Number { number, shown: book.format(placed).shown(number, book.date1904) }
}
