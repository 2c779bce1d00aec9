//! Cells to a workbook stream in which they stand one behind the other, 256 to a row.

use std::collections::HashMap;

use super::{ERRORS, id, units};
use crate::reader::ole::{u16_at, u32_at};

const ROW_CELLS: u32 = 256;
/// Bytes of a formula's tokens in Excel 97–2003, and of those of all formulas that are read.
const TOKENS: usize = 1_800;
const ALL_TOKENS: usize = 8 << 20;
/// Characters of a defined name that is read; a formula may repeat it hundreds of times.
const NAME_CHARS: usize = 64;
/// UTF-16 units of a formula's text that fit a record; Excel allows a few more in several.
const STRING_UNITS: usize = 32_760;

/// Where a cell's content stands in the cleaned stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Number of the sheet.
    pub sheet: usize,
    /// Number of the cell in it.
    pub cell: u32,
}

/// Row and column of the cell with that number.
pub const fn place(cell: u32) -> (u32, u32) {
    (cell / ROW_CELLS, cell % ROW_CELLS)
}

/// The cleaned stream in the making.
pub struct Clean {
    formulas: bool,
    biff8: bool,
    sheets: Vec<Vec<u8>>,
    /// Cells of the sheets that are finished.
    finished: Vec<u32>,
    cells: usize,
    tokens: usize,
    next: u32,
    /// The last cell is a formula with a text for a value, which comes next.
    expects_text: bool,
    /// Where each shared string was put: once, because calamine copies it for every cell.
    texts: HashMap<u32, Source>,
}

impl Clean {
    pub fn new(formulas: bool, biff8: bool) -> Self {
        Self {
            formulas,
            biff8,
            sheets: Vec::new(),
            finished: Vec::new(),
            cells: 0,
            tokens: 0,
            next: 0,
            expects_text: false,
            texts: HashMap::new(),
        }
    }

    /// Cells of all sheets so far.
    pub const fn cells(&self) -> usize {
        self.cells
    }

    /// How many cells each sheet so far holds in the cleaned stream.
    pub fn sheet_cells(&self) -> Vec<u32> {
        let last = (!self.sheets.is_empty()).then_some(self.next);
        self.finished.iter().copied().chain(last).collect()
    }

    pub fn begin_sheet(&mut self) {
        let mut sheet = Vec::new();
        push(&mut sheet, id::BOF, &self.bof(0x10));
        self.finished = self.sheet_cells();
        self.sheets.push(sheet);
        self.next = 0;
        self.expects_text = false;
    }

    fn bof(&self, kind: u8) -> [u8; 8] {
        [0, if self.biff8 { 6 } else { 5 }, kind, 0, 0, 0, 0, 0]
    }

    /// Adds a cell; `body` is its record behind row and column.
    pub fn cell(&mut self, id: u16, body: &[u8]) -> Source {
        let source = Source { sheet: self.sheets.len().saturating_sub(1), cell: self.next };
        let (row, col) = place(self.next);
        let mut data: Vec<u8> = [row, col].iter().flat_map(|n| n.to_le_bytes()[..2].to_vec()).collect();
        data.extend_from_slice(body);
        if let Some(sheet) = self.sheets.last_mut() {
            push(sheet, id, &data);
        }
        self.next += 1;
        self.cells += 1;
        self.expects_text = false;
        source
    }

    /// Adds a cell of the shared string table, unless the same text stands somewhere already.
    pub fn shared_text(&mut self, body: [u8; 6]) -> Source {
        let number = u32_at(&body, 2).unwrap_or(u32::MAX);
        self.cells += 1;
        if let Some(source) = self.texts.get(&number) {
            return *source;
        }
        self.cells -= 1;
        let source = self.cell(id::LABEL_SST, &body);
        self.texts.insert(number, source);
        source
    }

    /// Adds a formula: its style, value and flags in `head`, then its tokens.
    pub fn formula(&mut self, head: &[u8; 16], tokens: &[u8]) -> Source {
        let mut body = head.to_vec();
        mend_value(&mut body);
        let read = self.formulas && tokens.len() <= TOKENS && self.tokens < ALL_TOKENS;
        let tokens = if read { tokens } else { &[] };
        self.tokens += tokens.len();
        let length = u16::try_from(tokens.len()).unwrap_or(0);
        body.extend(length.to_le_bytes());
        body.extend_from_slice(tokens.get(..length.into()).unwrap_or_default());
        let source = self.cell(id::FORMULA, &body);
        self.expects_text = matches!(head[2..10], [0 | 3, .., 0xFF, 0xFF]);
        source
    }

    /// Adds the text that the formula before has for a value.
    pub fn string(&mut self, first: &[u8], pieces: &[&[u8]]) {
        if !std::mem::take(&mut self.expects_text) {
            return;
        }
        let data = if self.biff8 { joined(first, pieces) } else { [&[first], pieces].concat().concat() };
        if let Some(sheet) = self.sheets.last_mut() {
            push(sheet, id::STRING, &data);
        }
    }

    /// The whole stream: defined names, shared strings and the sheets, named by their number.
    pub fn finish(self, code_page: u16, names: &[&[u8]], strings: &[&[u8]]) -> Vec<u8> {
        let mut stream = Vec::new();
        push(&mut stream, id::BOF, &self.bof(5));
        push(&mut stream, id::CODE_PAGE, &code_page.to_le_bytes());
        for name in names.iter().filter(|_| self.formulas && self.biff8) {
            push(&mut stream, id::LBL, &defined_name(name));
        }
        for (at, piece) in strings.iter().enumerate() {
            push(&mut stream, if at == 0 { id::SST } else { id::CONTINUE }, piece);
        }
        let bounds: Vec<Vec<u8>> = (0..self.sheets.len()).map(|at| self.bound(at)).collect();
        let mut start = stream.len() + bounds.iter().map(|b| b.len() + 4).sum::<usize>() + 4;
        for (mut bound, sheet) in bounds.into_iter().zip(&self.sheets) {
            let at = u32::try_from(start).unwrap_or(u32::MAX).to_le_bytes();
            bound.splice(..4, at);
            push(&mut stream, id::BOUND_SHEET, &bound);
            start += sheet.len() + 4;
        }
        push(&mut stream, id::EOF, &[]);
        for sheet in &self.sheets {
            stream.extend_from_slice(sheet);
            push(&mut stream, id::EOF, &[]);
        }
        stream
    }

    /// Place (not known yet), visible, a worksheet, and the name.
    fn bound(&self, number: usize) -> Vec<u8> {
        let name = number.to_string();
        let mut data = vec![0; 6];
        data.push(u8::try_from(name.len()).unwrap_or(0));
        data.extend(self.biff8.then_some(0));
        data.extend_from_slice(name.as_bytes());
        data
    }
}

fn push(stream: &mut Vec<u8>, id: u16, data: &[u8]) {
    let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
    stream.extend(id.to_le_bytes());
    stream.extend(length.to_le_bytes());
    stream.extend_from_slice(data.get(..length.into()).unwrap_or(data));
}

/// Makes an unknown kind of formula value one without value.
fn mend_value(body: &mut [u8]) {
    if let Some([kind, _, code, .., 0xFF, 0xFF]) = body.get_mut(2..10) {
        let unknown_error = *kind == 2 && !ERRORS.contains(code);
        if *kind > 3 || unknown_error {
            *kind = 3;
        }
    }
}

/// A text that runs over several records as one, in UTF-16.
fn joined(first: &[u8], pieces: &[&[u8]]) -> Vec<u8> {
    let count = u16_at(first, 0).map_or(0, usize::from).min(STRING_UNITS);
    let mut text = units(first.get(2..).unwrap_or_default());
    for piece in pieces {
        if text.len() < count {
            text.extend(units(piece));
        }
    }
    text.truncate(count);
    let mut data = u16::try_from(text.len()).unwrap_or(0).to_le_bytes().to_vec();
    data.push(1);
    data.extend(text.iter().flat_map(|unit| unit.to_le_bytes()));
    data
}

/// A defined name without what it stands for. One that is cut short or too long keeps its number, by which
/// formulas know it, and is called what Excel calls a name it does not know.
fn defined_name(data: &[u8]) -> Vec<u8> {
    let length = data.get(3).copied().map_or(0, usize::from);
    let width = data.get(14).map_or(1, |flags| 1 + usize::from(flags & 1));
    match data.get(..15 + length * width).filter(|_| length <= NAME_CHARS) {
        Some(name) => {
            name.iter().enumerate().map(|(at, byte)| if matches!(at, 4 | 5) { 0 } else { *byte }).collect()
        }
        None => [&[0, 0, 0, 6][..], &[0; 11], b"#NAME?"].concat(),
    }
}
