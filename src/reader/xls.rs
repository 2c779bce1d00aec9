//! `.xls` and `.et` workbooks (Excel 5.0–2003) to grids; the only place that uses calamine.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Range, Reader, Xls};

use crate::error::Cause;
use crate::grid::{Cell, CellRef, Grid, Value};
use crate::number;
use crate::reader::biff::{self, Book, Placed, Sheet};
use crate::reader::ole::{self, Ole};

/// Bytes of text in all cells together: one long text may stand in a great many of them.
const TEXT_BYTES: usize = 128 << 20;
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
    match decode(&book) {
        Ok(contents) => grids(&book, &contents),
        // A single formula that cannot be read stops the decoder: the values count for more.
        Err(Cause::Corrupt(_)) => {
            let book = biff::read(&stream, false)?;
            grids(&book, &decode(&book)?)
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

/// What calamine makes of one sheet of the cleaned stream.
struct Contents {
    values: Range<Data>,
    formulas: Range<String>,
}

fn decode(book: &Book) -> Result<Vec<Contents>, Cause> {
    let file = ole::wrap("Workbook", &book.stream);
    catch_unwind(AssertUnwindSafe(|| open(file, book.sheets.len()))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("未知原因");
        Err(Cause::Corrupt(format!("解码中断：{text}")))
    })
}

fn open(file: Vec<u8>, sheets: usize) -> Result<Vec<Contents>, Cause> {
    let corrupt = |e: calamine::XlsError| Cause::Corrupt(e.to_string());
    let mut workbook = Xls::new(Cursor::new(file)).map_err(corrupt)?;
    let mut contents = Vec::new();
    for sheet in 0..sheets {
        let name = sheet.to_string();
        let values = workbook.worksheet_range(&name).map_err(corrupt)?;
        let formulas = workbook.worksheet_formula(&name).map_err(corrupt)?;
        contents.push(Contents { values, formulas });
    }
    Ok(contents)
}

fn grids(book: &Book, contents: &[Contents]) -> Result<Vec<Grid>, Cause> {
    let mut text_bytes = 0;
    book.sheets.iter().map(|sheet| grid(book, contents, sheet, &mut text_bytes)).collect()
}

fn grid(book: &Book, contents: &[Contents], sheet: &Sheet, text_bytes: &mut usize) -> Result<Grid, Cause> {
    let mut grid = Grid::named(&sheet.name);
    grid.hidden = sheet.hidden;
    grid.hidden_rows.clone_from(&sheet.hidden_rows);
    grid.hidden_cols.clone_from(&sheet.hidden_cols);
    grid.notes.clone_from(&sheet.notes);
    sheet.merges.iter().for_each(|region| grid.merge(*region));
    let (mut no_formula, mut no_text) = (Vec::new(), Vec::new());
    for placed in &sheet.cells {
        let (cell, formula_read) = cell(book, contents, placed);
        let shown = cell.value.as_ref().map_or("", Value::shown);
        *text_bytes += shown.len();
        if *text_bytes > TEXT_BYTES {
            return Err(Cause::TooLarge(format!("文字超过 {} MB", TEXT_BYTES >> 20)));
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
    let place = biff::place(placed.source.cell);
    let sheet = contents.get(placed.source.sheet);
    let data = sheet.and_then(|sheet| sheet.values.get_value(place));
    let value = data.and_then(|data| value(book, data, placed));
    if !placed.formula {
        return (Cell { value, formula: None }, true);
    }
    let text = sheet.and_then(|sheet| sheet.formulas.get_value(place)).map_or("", String::as_str);
    let known = is_readable(text).then(|| typed(text));
    let read = known.is_some();
    // Without a value, the cell must still be known for a formula.
    let formula = known.or_else(|| value.is_none().then(String::new));
    (Cell { value, formula }, read)
}

fn is_readable(formula: &str) -> bool {
    !formula.is_empty() && !formula.starts_with("Unrecognised formula")
}

fn value(book: &Book, data: &Data, placed: &Placed) -> Option<Value> {
    match data {
        Data::Empty => None,
        // A formula that some programs write without its result.
        Data::String(text) if text.is_empty() && placed.formula => None,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            Some(Value::Text(typed(text)))
        }
        Data::Int(integer) => Some(shown(book, (*integer).into(), placed)),
        Data::Float(stored) => Some(stored_number(book, *stored, placed)),
        Data::DateTime(day) => Some(stored_number(book, day.as_f64(), placed)),
        Data::Bool(truth) => Some(Value::Bool(*truth)),
        Data::Error(error) => Some(Value::Error(error.to_string())),
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
