//! The tokens of a stored formula (in the order of a pocket calculator) to A1 text.

use crate::grid::{CellRef, column_name};
use crate::number::from_f64;
use crate::reader::limits;
use crate::reader::xlsb::book::Book;
use crate::reader::xlsb::record::Fields;

/// Bytes of tokens that Excel allows in a formula.
const TOKEN_BYTES: usize = 16_384;
/// Characters moved about while one formula is put together; a real one takes a few thousand.
const WORK: usize = 1 << 20;

/// Operands that wait at the same time: a call has at most 255.
const OPERANDS: usize = 1024;

/// What the tokens say, and how many characters were moved about to say it.
pub(super) struct Decoded {
    /// A1 text without `=`; `None` if there is a token whose meaning is not known here.
    pub text: Option<String>,
    /// The work it took.
    pub work: usize,
}

/// Decodes the tokens of the formula in the cell `at`.
pub(super) fn decode(tokens: Fields<'_>, at: CellRef, book: &Book) -> Decoded {
    let mut decoder = Decoder { tokens, at, book, stack: Vec::new(), work: 0 };
    let text = if tokens.len() > TOKEN_BYTES { None } else { decoder.run() };
    Decoded { text, work: decoder.work }
}

/// The first row of the formula that a cell shares, if its tokens say no more than that.
pub(super) fn shared_row(mut tokens: Fields<'_>) -> Option<u32> {
    (tokens.u8().ok()? == 0x01).then(|| tokens.u32().ok()).flatten()
}

/// The text of an error code.
pub(super) fn error_text(code: u8) -> String {
    match code {
        0x00 => "#NULL!".to_owned(),
        0x07 => "#DIV/0!".to_owned(),
        0x0F => "#VALUE!".to_owned(),
        0x17 => "#REF!".to_owned(),
        0x1D => "#NAME?".to_owned(),
        0x24 => "#NUM!".to_owned(),
        0x2A => "#N/A".to_owned(),
        0x2B => "#GETTING_DATA".to_owned(),
        other => format!("#ERROR{other}"),
    }
}

struct Decoder<'a> {
    tokens: Fields<'a>,
    at: CellRef,
    book: &'a Book,
    stack: Vec<String>,
    work: usize,
}

impl Decoder<'_> {
    fn run(&mut self) -> Option<String> {
        while !self.tokens.is_empty() {
            self.token()?;
            self.work += self.stack.last().map_or(0, String::len);
            if self.work > WORK {
                return None;
            }
        }
        let text = self.stack.pop()?;
        (self.stack.is_empty() && text.len() <= limits::TEXT_CHARS).then_some(text)
    }

    fn token(&mut self) -> Option<()> {
        let id = self.tokens.u8().ok()?;
        match id {
            0x03..=0x11 => self.binary(id),
            0x12 => self.push_around("+", ""),
            0x13 => self.push_around("-", ""),
            0x14 => self.push_around("", "%"),
            0x15 => self.push_around("(", ")"),
            0x16 => self.push(String::new()),
            0x17 => self.string(),
            0x19 => self.attribute(),
            0x1C => {
                let code = self.tokens.u8().ok()?;
                self.push(error_text(code))
            }
            0x1D => {
                let truth = self.tokens.u8().ok()? != 0;
                self.push(if truth { "TRUE" } else { "FALSE" }.to_owned())
            }
            0x1E => {
                let number = self.tokens.u16().ok()?;
                self.push(number.to_string())
            }
            0x1F => self.number(),
            // The three classes of an operand (reference, value, array) read alike.
            0x20..=0x7F => self.operand(id & 0x1F | 0x20),
            _ => None,
        }
    }

    fn push(&mut self, text: String) -> Option<()> {
        self.stack.push(text);
        (self.stack.len() <= OPERANDS).then_some(())
    }

    fn push_around(&mut self, before: &str, after: &str) -> Option<()> {
        let inside = self.stack.pop()?;
        self.push(format!("{before}{inside}{after}"))
    }

    fn binary(&mut self, id: u8) -> Option<()> {
        const OPERATORS: [&str; 15] =
            ["+", "-", "*", "/", "^", "&", "<", "<=", "=", ">=", ">", "<>", " ", ",", ":"];
        let operator = OPERATORS.get(usize::from(id.checked_sub(3)?))?;
        let right = self.stack.pop()?;
        let left = self.stack.last_mut()?;
        left.push_str(operator);
        left.push_str(&right);
        Some(())
    }

    fn string(&mut self) -> Option<()> {
        let units = self.tokens.u16().ok()?;
        let text = self.tokens.utf16(units.into()).ok()?;
        self.push(format!("\"{}\"", text.replace('"', "\"\"")))
    }

    fn number(&mut self) -> Option<()> {
        let stored = self.tokens.f64().ok()?;
        let text = from_f64(stored).filter(|n| stored == 0.0 || !n.is_zero());
        self.push(text.map_or_else(|| format!("{stored:E}"), |number| number.to_string()))
    }

    /// Hints for the calculation, except the shorthand for a sum of one argument.
    fn attribute(&mut self) -> Option<()> {
        let kind = self.tokens.u8().ok()?;
        let data = self.tokens.u16().ok()?;
        match kind {
            0x04 => self.tokens.take(2 * (u32::from(data) + 1)).ok().map(|_| ()),
            0x10 => self.push_around("SUM(", ")"),
            _ => Some(()),
        }
    }

    fn operand(&mut self, id: u8) -> Option<()> {
        match id {
            0x21 => {
                let (name, arguments) = function(self.tokens.u16().ok()?)?;
                self.call(name, arguments?)
            }
            0x22 => {
                let arguments = self.tokens.u8().ok()?;
                let (name, _) = function(self.tokens.u16().ok()?)?;
                self.call(name, arguments)
            }
            0x23 => {
                let index = usize::try_from(self.tokens.u32().ok()?).ok()?.checked_sub(1)?;
                self.push(self.book.names.get(index)?.clone())
            }
            0x24 | 0x2C => {
                let cell = self.cell(id == 0x2C)?;
                self.push(cell)
            }
            0x25 | 0x2D => {
                let area = self.area(id == 0x2D)?;
                self.push(area)
            }
            0x26..=0x28 => self.tokens.take(6).ok().map(|_| ()),
            0x29 => self.tokens.take(2).ok().map(|_| ()),
            0x2A => self.lost_reference(6),
            0x2B => self.lost_reference(12),
            0x3A | 0x3B => {
                let prefix = self.book.sheet_prefix(self.tokens.u16().ok()?)?;
                let inside = if id == 0x3A { self.cell(false) } else { self.area(false) }?;
                self.push(prefix + &inside)
            }
            0x3C => self.lost_reference(8),
            0x3D => self.lost_reference(14),
            _ => None,
        }
    }

    fn lost_reference(&mut self, bytes: u32) -> Option<()> {
        self.tokens.take(bytes).ok()?;
        self.push("#REF!".to_owned())
    }

    fn call(&mut self, name: &str, arguments: u8) -> Option<()> {
        let first = self.stack.len().checked_sub(usize::from(arguments))?;
        let joined = self.stack.split_off(first).join(",");
        self.push(format!("{name}({joined})"))
    }

    /// A cell; in a shared formula (`relative`) its place is counted from this one.
    fn cell(&mut self, relative: bool) -> Option<String> {
        let row = self.tokens.u32().ok()?;
        let corner = Corner::new(row, self.tokens.u16().ok()?, relative.then_some(self.at));
        Some(format!("{}{}", corner.column(), corner.row()))
    }

    fn area(&mut self, relative: bool) -> Option<String> {
        let base = relative.then_some(self.at);
        let (top, bottom) = (self.tokens.u32().ok()?, self.tokens.u32().ok()?);
        let first = Corner::new(top, self.tokens.u16().ok()?, base);
        let last = Corner::new(bottom, self.tokens.u16().ok()?, base);
        Some(if first.at.row == 0 && last.at.row == limits::ROWS - 1 {
            format!("{}:{}", first.column(), last.column())
        } else if first.at.col == 0 && last.at.col == limits::COLS - 1 {
            format!("{}:{}", first.row(), last.row())
        } else {
            format!("{}{}:{}{}", first.column(), first.row(), last.column(), last.row())
        })
    }
}

/// One corner of a reference.
struct Corner {
    at: CellRef,
    fixed_row: bool,
    fixed_col: bool,
}

impl Corner {
    fn new(row: u32, col: u16, base: Option<CellRef>) -> Self {
        let (fixed_row, fixed_col) = (col & 0x8000 == 0, col & 0x4000 == 0);
        let base = base.unwrap_or_default();
        let from = |start: u32, fixed: bool| if fixed { 0 } else { start };
        // Offsets may be negative: both sums wrap round the sheet's edge.
        let row = row.wrapping_add(from(base.row, fixed_row)) & (limits::ROWS - 1);
        let col = u32::from(col & 0x3FFF).wrapping_add(from(base.col, fixed_col)) & (limits::COLS - 1);
        Self { at: CellRef::new(row, col), fixed_row, fixed_col }
    }

    fn column(&self) -> String {
        format!("{}{}", if self.fixed_col { "$" } else { "" }, column_name(self.at.col))
    }

    fn row(&self) -> String {
        format!("{}{}", if self.fixed_row { "$" } else { "" }, self.at.row + 1)
    }
}

/// A function's name, and how many arguments it has if that is always the same ([MS-XLSB] 2.5.97.10).
fn function(index: u16) -> Option<(&'static str, Option<u8>)> {
    Some(match index {
        0 => ("COUNT", None),
        1 => ("IF", None),
        2 => ("ISNA", Some(1)),
        3 => ("ISERROR", Some(1)),
        4 => ("SUM", None),
        5 => ("AVERAGE", None),
        6 => ("MIN", None),
        7 => ("MAX", None),
        8 => ("ROW", None),
        9 => ("COLUMN", None),
        10 => ("NA", Some(0)),
        12 => ("STDEV", None),
        13 => ("DOLLAR", None),
        14 => ("FIXED", None),
        20 => ("SQRT", Some(1)),
        24 => ("ABS", Some(1)),
        25 => ("INT", Some(1)),
        26 => ("SIGN", Some(1)),
        27 => ("ROUND", Some(2)),
        28 => ("LOOKUP", None),
        29 => ("INDEX", None),
        30 => ("REPT", Some(2)),
        31 => ("MID", Some(3)),
        32 => ("LEN", Some(1)),
        33 => ("VALUE", Some(1)),
        34 => ("TRUE", Some(0)),
        35 => ("FALSE", Some(0)),
        36 => ("AND", None),
        37 => ("OR", None),
        38 => ("NOT", Some(1)),
        39 => ("MOD", Some(2)),
        46 => ("VAR", None),
        48 => ("TEXT", Some(2)),
        64 => ("MATCH", None),
        65 => ("DATE", Some(3)),
        67 => ("DAY", Some(1)),
        68 => ("MONTH", Some(1)),
        69 => ("YEAR", Some(1)),
        74 => ("NOW", Some(0)),
        76 => ("ROWS", Some(1)),
        77 => ("COLUMNS", Some(1)),
        78 => ("OFFSET", None),
        82 => ("SEARCH", None),
        100 => ("CHOOSE", None),
        101 => ("HLOOKUP", None),
        102 => ("VLOOKUP", None),
        112 => ("LOWER", Some(1)),
        113 => ("UPPER", Some(1)),
        115 => ("LEFT", None),
        116 => ("RIGHT", None),
        117 => ("EXACT", Some(2)),
        118 => ("TRIM", Some(1)),
        119 => ("REPLACE", Some(4)),
        120 => ("SUBSTITUTE", None),
        124 => ("FIND", None),
        126 => ("ISERR", Some(1)),
        127 => ("ISTEXT", Some(1)),
        128 => ("ISNUMBER", Some(1)),
        129 => ("ISBLANK", Some(1)),
        130 => ("T", Some(1)),
        131 => ("N", Some(1)),
        148 => ("INDIRECT", None),
        162 => ("CLEAN", Some(1)),
        169 => ("COUNTA", None),
        183 => ("PRODUCT", None),
        197 => ("TRUNC", None),
        212 => ("ROUNDUP", Some(2)),
        213 => ("ROUNDDOWN", Some(2)),
        216 => ("RANK", None),
        219 => ("ADDRESS", None),
        221 => ("TODAY", Some(0)),
        227 => ("MEDIAN", None),
        228 => ("SUMPRODUCT", None),
        285 => ("FLOOR", Some(2)),
        288 => ("CEILING", Some(2)),
        325 => ("LARGE", Some(2)),
        326 => ("SMALL", Some(2)),
        336 => ("CONCATENATE", None),
        337 => ("POWER", Some(2)),
        344 => ("SUBTOTAL", None),
        345 => ("SUMIF", None),
        346 => ("COUNTIF", Some(2)),
        347 => ("COUNTBLANK", Some(1)),
        359 => ("HYPERLINK", None),
        480 => ("IFERROR", Some(2)),
        481 => ("COUNTIFS", None),
        482 => ("SUMIFS", None),
        483 => ("AVERAGEIF", None),
        484 => ("AVERAGEIFS", None),
        _ => return None,
    })
}
