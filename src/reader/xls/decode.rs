//! Cleaned `.xls` records to cell contents, here or in another process; the only place that uses calamine.
//!
//! The records are vetted before they come here, and no way is known for them to abort calamine or to keep it busy.
//! Only an abort could not be caught, so a program that reads many files may have them decoded where it does no harm:
//! see [`delegate`].

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use calamine::{Data, Reader, Xls};
use serde::{Deserialize, Serialize};

use crate::error::Cause;
use crate::reader::{biff, ole};

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// Nothing.
    Blank,
    /// A text.
    Text(String),
    /// An integer.
    Integer(i64),
    /// The bits of a number as it is stored, which no notation can change.
    Number(u64),
    /// True or false.
    Truth(bool),
    /// An error such as `#DIV/0!`.
    Error(String),
}

impl From<&Data> for Content {
    fn from(data: &Data) -> Self {
        match data {
            Data::Empty => Self::Blank,
            Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
                Self::Text(text.clone())
            }
            Data::Int(integer) => Self::Integer(*integer),
            Data::Float(number) => Self::Number(number.to_bits()),
            Data::DateTime(day) => Self::Number(day.as_f64().to_bits()),
            Data::Bool(truth) => Self::Truth(*truth),
            Data::Error(error) => Self::Error(error.to_string()),
        }
    }
}

/// The cells of one sheet of the cleaned stream, by their number there.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    values: Vec<Content>,
    formulas: Vec<String>,
}

impl Contents {
    /// What stands in a cell.
    pub fn value(&self, cell: u32) -> &Content {
        usize::try_from(cell).ok().and_then(|cell| self.values.get(cell)).unwrap_or(&Content::Blank)
    }

    /// The text of a cell's formula; empty if it has none that could be read.
    pub fn formula(&self, cell: u32) -> &str {
        usize::try_from(cell).ok().and_then(|cell| self.formulas.get(cell)).map_or("", String::as_str)
    }
}

/// Asks another process for the answer to a request.
type Ask = Box<dyn Fn(&[u8]) -> Result<Vec<u8>, Cause> + Send + Sync>;
static ELSEWHERE: OnceLock<Ask> = OnceLock::new();

/// Has all records decoded from now on by whoever `ask` asks; there, [`answer`] makes the answer of the request. An
/// error of `ask` is the file's. Only the first call counts.
pub fn delegate(ask: impl Fn(&[u8]) -> Result<Vec<u8>, Cause> + Send + Sync + 'static) {
    let _ = ELSEWHERE.set(Box::new(ask)); // a second call changes nothing, as said
}

/// Decodes the stream that holds sheets of so many cells.
///
/// # Errors
/// [`Cause::Corrupt`], and what the process says that was asked.
pub(super) fn decode(stream: &[u8], cells: &[u32]) -> Result<Vec<Contents>, Cause> {
    let Some(ask) = ELSEWHERE.get() else { return decoded(stream, cells).map_err(Cause::Corrupt) };
    let answer: Answer = serde_json::from_slice(&ask(&request(stream, cells))?)
        .map_err(|error| Cause::Corrupt(format!("解码的结果不完整：{error}")))?;
    answer.map_err(Cause::Corrupt)
}

type Answer = Result<Vec<Contents>, String>;

/// The number of sheets and of the cells of each, then the stream.
fn request(stream: &[u8], cells: &[u32]) -> Vec<u8> {
    let sheets = u32::try_from(cells.len()).unwrap_or(u32::MAX);
    let numbers = std::iter::once(&sheets).chain(cells).flat_map(|number| number.to_le_bytes());
    numbers.chain(stream.iter().copied()).collect()
}

/// What the process that is asked answers to a request.
pub fn answer(request: &[u8]) -> Vec<u8> {
    let answer = split(request)
        .map_or_else(|| Err("解码的要求不完整".to_owned()), |(cells, stream)| decoded(stream, &cells));
    serde_json::to_vec(&answer).unwrap_or_default() // nothing in it can fail; an empty answer is an error
}

fn split(request: &[u8]) -> Option<(Vec<u32>, &[u8])> {
    let (sheets, rest) = request.split_first_chunk::<4>()?;
    let sheets = usize::try_from(u32::from_le_bytes(*sheets)).ok()?;
    let (cells, stream) = rest.split_at_checked(sheets.checked_mul(4)?)?;
    Some((cells.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect(), stream))
}

fn decoded(stream: &[u8], cells: &[u32]) -> Answer {
    let file = ole::wrap("Workbook", stream);
    catch_unwind(AssertUnwindSafe(|| open(file, cells))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("未知原因");
        Err(format!("解码中断：{text}"))
    })
}

fn open(file: Vec<u8>, cells: &[u32]) -> Answer {
    let corrupt = |error: calamine::XlsError| error.to_string();
    let mut workbook = Xls::new(Cursor::new(file)).map_err(corrupt)?;
    let mut contents = Vec::new();
    for (sheet, cells) in cells.iter().enumerate() {
        let name = sheet.to_string();
        let values = workbook.worksheet_range(&name).map_err(corrupt)?;
        let formulas = workbook.worksheet_formula(&name).map_err(corrupt)?;
        let value = |cell| values.get_value(biff::place(cell)).map_or(Content::Blank, Content::from);
        let formula = |cell| formulas.get_value(biff::place(cell)).cloned().unwrap_or_default();
        contents.push(Contents {
            values: (0..*cells).map(value).collect(),
            formulas: if formulas.is_empty() { Vec::new() } else { (0..*cells).map(formula).collect() },
        });
    }
    Ok(contents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_says_all_that_is_asked() {
        assert_eq!(split(&request(b"stream", &[3, 70_000])), Some((vec![3, 70_000], &b"stream"[..])));
        assert_eq!(split(&request(b"", &[])), Some((vec![], &b""[..])));
    }

    #[test]
    fn no_request_is_too_broken_for_an_answer() {
        for request in [&b""[..], b"\0", b"\xff\xff\xff\xff", b"\x01\0\0\0\0\0\0", b"\0\0\0\0no stream"] {
            let answer: Answer = serde_json::from_slice(&answer(request)).unwrap();
            assert!(answer.is_err(), "{request:?}: {answer:?}");
        }
    }
}
