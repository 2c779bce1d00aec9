//! The records of an Excel 5.0–2003 workbook stream to its formats, places and hidden parts, and to a stream
//! that holds the cells alone, one behind the other.
//!
//! The stream for calamine is made anew because what makes it panic, hang or ask for gigabytes is all outside the
//! cells: sizes that are only claimed, cells far away, drawings, names, styles. Cells are renumbered there, so its
//! dense ranges are as large as there are cells; the places are kept here.

mod clean;
mod tokens;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use encoding_rs::Encoding;

use crate::error::Cause;
use crate::grid::{CellRef, Region};
use crate::reader::limits;
use crate::reader::number_format::NumberFormat;
use crate::reader::ole::{u16_at, u32_at};
pub use clean::place;
use clean::{Clean, Source};

/// Cells of all sheets together.
fn book_cells() -> usize {
    4 * limits::cells()
}

/// Merged regions of all sheets together.
fn book_merges() -> usize {
    2 * limits::merges()
}

/// Format codes that are read; Excel allows some four hundred.
const FORMATS: usize = 4_096;
/// Pieces of one long record: the whole of a large shared string table has some thousand.
const PIECES: usize = 16_384;
/// Rows and columns of this format, whatever a record says.
const COLS: u16 = 256;

/// Record numbers, by their names in MS-XLS.
mod id {
    pub const FORMULA: u16 = 0x0006;
    pub const EOF: u16 = 0x000A;
    pub const LBL: u16 = 0x0018;
    pub const DATE_1904: u16 = 0x0022;
    pub const FILE_PASS: u16 = 0x002F;
    pub const CONTINUE: u16 = 0x003C;
    pub const CODE_PAGE: u16 = 0x0042;
    pub const COL_INFO: u16 = 0x007D;
    pub const BOUND_SHEET: u16 = 0x0085;
    pub const MUL_RK: u16 = 0x00BD;
    pub const R_STRING: u16 = 0x00D6;
    pub const XF: u16 = 0x00E0;
    pub const MERGE_CELLS: u16 = 0x00E5;
    pub const SST: u16 = 0x00FC;
    pub const LABEL_SST: u16 = 0x00FD;
    pub const NUMBER: u16 = 0x0203;
    pub const LABEL: u16 = 0x0204;
    pub const BOOL_ERR: u16 = 0x0205;
    pub const STRING: u16 = 0x0207;
    pub const ROW: u16 = 0x0208;
    pub const DEFAULT_ROW_HEIGHT: u16 = 0x0225;
    pub const RK: u16 = 0x027E;
    pub const FORMAT: u16 = 0x041E;
    pub const SHARED_FORMULA: u16 = 0x04BC;
    pub const BOF: u16 = 0x0809;
}

/// The generations that still turn up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    Biff5,
    Biff8,
}

/// A workbook as far as its records were understood here.
pub struct Book {
    /// The worksheets in the order of their tabs.
    pub sheets: Vec<Sheet>,
    /// Days are counted from 1904.
    pub date1904: bool,
    /// The workbook stream for calamine; its sheets are named by their number.
    pub stream: Vec<u8>,
    /// How many cells each of its sheets holds there.
    pub cells: Vec<u32>,
    general: NumberFormat,
    formats: BTreeMap<u16, NumberFormat>,
    xfs: Vec<u16>,
}

impl Book {
    /// The number format that a cell's style names.
    pub fn format(&self, cell: &Placed) -> &NumberFormat {
        let number = self.xfs.get(usize::from(cell.xf));
        number.and_then(|number| self.formats.get(number)).unwrap_or(&self.general)
    }
}

/// A worksheet's places.
#[derive(Default)]
pub struct Sheet {
    /// The name on its tab.
    pub name: String,
    /// Hidden as a whole.
    pub hidden: bool,
    /// Its cells in the order of the file.
    pub cells: Vec<Placed>,
    /// Its merged regions, unchecked.
    pub merges: Vec<Region>,
    /// Its hidden rows.
    pub hidden_rows: BTreeSet<u32>,
    /// Its hidden columns.
    pub hidden_cols: BTreeSet<u32>,
    /// Cells whose content means nothing.
    pub lost: Vec<CellRef>,
    /// What else was lost.
    pub notes: Vec<String>,
}

/// A cell: where it stands, and where calamine finds its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Its place on the sheet.
    pub at: CellRef,
    /// Its content in the cleaned stream.
    pub source: Source,
    /// Whether it is a formula.
    pub formula: bool,
    xf: u16,
}

/// One record; the pieces that continue it are records of their own.
#[derive(Clone, Copy)]
struct Record<'a> {
    id: u16,
    data: &'a [u8],
}

impl<'a> Record<'a> {
    fn u16(&self, at: usize) -> Result<u16, Cause> {
        u16_at(self.data, at).ok_or_else(|| self.cut())
    }

    fn bytes<const N: usize>(&self, at: usize) -> Result<&'a [u8; N], Cause> {
        self.data.get(at..).and_then(|b| b.first_chunk()).ok_or_else(|| self.cut())
    }

    fn cut(&self) -> Cause {
        corrupt(&format!("记录 {:04X} 太短", self.id))
    }
}

fn corrupt(what: &str) -> Cause {
    Cause::Corrupt(format!("工作簿记录：{what}"))
}

/// The records of a stream.
struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Records<'a> {
    /// `None` at the end, also where nothing but padding is left.
    fn next(&mut self) -> Result<Option<Record<'a>>, Cause> {
        let (Some(id), Some(len)) = (u16_at(self.rest, 0), u16_at(self.rest, 2)) else {
            return Ok(None);
        };
        let end = 4 + usize::from(len);
        let data = self.rest.get(4..end).ok_or_else(|| corrupt("末尾被截断"))?;
        self.rest = self.rest.get(end..).unwrap_or_default();
        Ok(Some(Record { id, data }))
    }

    /// The pieces that continue the record just read.
    fn pieces(&mut self) -> Result<Vec<&'a [u8]>, Cause> {
        let mut pieces = Vec::new();
        while u16_at(self.rest, 0) == Some(id::CONTINUE)
            && let Some(record) = self.next()?
        {
            pieces.push(record.data);
            if pieces.len() > PIECES {
                return Err(corrupt("一条记录的分段过多"));
            }
        }
        Ok(pieces)
    }
}

/// What stands before the sheets.
struct Globals<'a> {
    version: Version,
    encoding: &'static Encoding,
    code_page: u16,
    date1904: bool,
    formats: BTreeMap<u16, NumberFormat>,
    formats_read: usize,
    xfs: Vec<u16>,
    sheets: Vec<Bound>,
    names: Vec<&'a [u8]>,
    strings: Vec<&'a [u8]>,
}

/// A sheet as the workbook announces it.
struct Bound {
    start: usize,
    hidden: bool,
    worksheet: bool,
    name: String,
}

/// Reads the workbook `stream`; without `formulas` they are left empty, their values stay.
///
/// # Errors
///
/// [`Cause::Encrypted`], [`Cause::TooLarge`], or [`Cause::Corrupt`] where the records break off.
pub fn read(stream: &[u8], formulas: bool) -> Result<Book, Cause> {
    let mut globals = Globals::read(stream)?;
    for number in &globals.xfs {
        globals.formats.entry(*number).or_insert_with(|| NumberFormat::built_in((*number).into()));
    }
    let mut clean = Clean::new(formulas, globals.version == Version::Biff8);
    let (mut sheets, mut merges) = (Vec::new(), 0);
    let starts: BTreeSet<usize> = globals.sheets.iter().map(|sheet| sheet.start).collect();
    if starts.len() < globals.sheets.len() {
        return Err(corrupt("两个工作表指向同一处"));
    }
    for bound in globals.sheets.iter().filter(|sheet| sheet.worksheet) {
        let end = starts.range(bound.start + 1..).next().copied().unwrap_or(stream.len());
        let records = stream.get(bound.start..end).ok_or_else(|| corrupt("工作表越出文件末尾"))?;
        clean.begin_sheet();
        let sheet = SheetWalk::new(bound, &mut clean, globals.version).read(records)?;
        merges += sheet.merges.len();
        if merges > book_merges() {
            return Err(limits::exceeded(format!("合并单元格超过 {} 处", book_merges())));
        }
        sheets.push(sheet);
    }
    let cells = clean.sheet_cells();
    let stream = clean.finish(globals.code_page, &globals.names, &globals.strings);
    let Globals { date1904, formats, xfs, .. } = globals;
    Ok(Book { sheets, date1904, stream, cells, general: NumberFormat::default(), formats, xfs })
}

impl<'a> Globals<'a> {
    fn read(stream: &'a [u8]) -> Result<Self, Cause> {
        let mut records = Records { rest: stream };
        let bof = records.next()?.filter(|r| r.id == id::BOF).ok_or_else(|| corrupt("没有开头标记"))?;
        let version = if bof.u16(0)? == 0x0600 { Version::Biff8 } else { Version::Biff5 };
        let mut globals = Self::new(version);
        if bof.u16(2)? == 0x0010 {
            // A sheet without a workbook around it, as simple export programs write it.
            globals.sheets.push(Bound {
                start: 0,
                hidden: false,
                worksheet: true,
                name: "Sheet1".to_owned(),
            });
            return Ok(globals);
        }
        while let Some(record) = records.next()?.filter(|r| r.id != id::EOF) {
            globals.take(record, &mut records)?;
        }
        Ok(globals)
    }

    fn new(version: Version) -> Self {
        let (code_page, encoding) = code_page(0);
        Self {
            version,
            encoding,
            code_page: if version == Version::Biff8 { 1200 } else { code_page },
            date1904: false,
            formats: BTreeMap::new(),
            formats_read: 0,
            xfs: Vec::new(),
            sheets: Vec::new(),
            names: Vec::new(),
            strings: Vec::new(),
        }
    }

    fn take(&mut self, record: Record<'a>, records: &mut Records<'a>) -> Result<(), Cause> {
        match record.id {
            id::FILE_PASS => return Err(Cause::Encrypted),
            id::CODE_PAGE if self.version == Version::Biff5 => {
                (self.code_page, self.encoding) = code_page(record.u16(0)?);
            }
            id::DATE_1904 => self.date1904 = record.u16(0)? == 1,
            id::FORMAT if self.formats_read < FORMATS => {
                self.formats_read += 1;
                let code =
                    self.text(record.data.get(2..).unwrap_or_default(), self.version == Version::Biff8);
                self.formats.insert(record.u16(0)?, NumberFormat::new(&code));
            }
            id::XF => self.xfs.push(record.u16(2)?),
            id::BOUND_SHEET => self.announce(record)?,
            id::LBL => self.names.push(record.data),
            id::SST => {
                self.strings.push(record.data);
                self.strings.extend(records.pieces()?);
            }
            _ => {}
        }
        Ok(())
    }

    fn announce(&mut self, record: Record<'a>) -> Result<(), Cause> {
        let [.., state, kind] = *record.bytes::<6>(0)?;
        let start = u32_at(record.data, 0).and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
        let name = self.text(record.data.get(6..).unwrap_or_default(), false);
        self.sheets.push(Bound { start, hidden: state & 3 != 0, worksheet: kind == 0, name });
        if self.sheets.len() > limits::sheets() {
            return Err(limits::exceeded(format!("工作表超过 {} 个", limits::sheets())));
        }
        Ok(())
    }

    /// A string behind its length, which has one byte or (`wide`) two.
    fn text(&self, data: &[u8], wide: bool) -> String {
        let length =
            if wide { u16_at(data, 0).map(usize::from) } else { data.first().copied().map(usize::from) };
        let body = data.get(if wide { 2 } else { 1 }..).unwrap_or_default();
        let length = length.unwrap_or(0);
        let text = match self.version {
            Version::Biff5 => {
                let bytes = body.get(..length).unwrap_or(body);
                self.encoding.decode_without_bom_handling(bytes).0.into_owned()
            }
            Version::Biff8 => {
                String::from_utf16_lossy(&units(body).into_iter().take(length).collect::<Vec<_>>())
            }
        };
        text.replace('\0', "")
    }
}

/// The UTF-16 units of a string behind its flag byte.
fn units(flagged: &[u8]) -> Vec<u16> {
    match flagged.split_first() {
        Some((flags, body)) if flags & 1 == 1 => {
            body.as_chunks::<2>().0.iter().map(|b| u16::from_le_bytes(*b)).collect()
        }
        Some((_, body)) => body.iter().copied().map(u16::from).collect(),
        None => Vec::new(),
    }
}

/// The code page and its decoder; Chinese where none or an unknown one is named.
fn code_page(number: u16) -> (u16, &'static Encoding) {
    let label = match number {
        932 => "shift_jis".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        874 | 1250..=1258 => format!("windows-{number}"),
        // Apple's and the unnamed code of Excel for Windows.
        10000 => "macintosh".to_owned(),
        32769 => return code_page(1252),
        65001 => "utf-8".to_owned(),
        _ => return (936, encoding_rs::GB18030),
    };
    Encoding::for_label(label.as_bytes()).map_or((936, encoding_rs::GB18030), |encoding| (number, encoding))
}

/// One sheet on the way through its records.
struct SheetWalk<'c> {
    sheet: Sheet,
    clean: &'c mut Clean,
    version: Version,
    hidden_cols: [bool; COLS as usize],
    /// Rows with a record of their own.
    rows: BTreeSet<u32>,
    /// Rows without a record are hidden.
    default_hidden: bool,
    /// The formulas that other cells share, by the cell that holds them.
    shared: HashMap<(u16, u16), Vec<u8>>,
}

impl<'c> SheetWalk<'c> {
    fn new(bound: &Bound, clean: &'c mut Clean, version: Version) -> Self {
        let sheet = Sheet { name: bound.name.clone(), hidden: bound.hidden, ..Sheet::default() };
        Self {
            sheet,
            clean,
            version,
            hidden_cols: [false; COLS as usize],
            rows: BTreeSet::new(),
            default_hidden: false,
            shared: HashMap::new(),
        }
    }

    fn read(mut self, bytes: &[u8]) -> Result<Sheet, Cause> {
        let mut records = Records { rest: bytes };
        if records.next()?.is_none_or(|r| r.id != id::BOF) {
            return Err(corrupt("工作表没有开头标记"));
        }
        if self.version == Version::Biff8 {
            self.shared = tokens::shared(&mut Records { rest: bytes })?;
        }
        // Charts on the sheet are streams within, with cells that are not the sheet's.
        let mut depth = 0_usize;
        loop {
            match records.next()? {
                None => break self.sheet.notes.push("工作表没有结束标记，末尾可能缺数据".to_owned()),
                Some(record) if record.id == id::BOF => depth += 1,
                Some(record) if record.id == id::EOF && depth == 0 => break,
                Some(record) if record.id == id::EOF => depth -= 1,
                Some(record) if depth == 0 => self.take(record, &mut records)?,
                Some(_) => {}
            }
        }
        self.hide_by_default();
        self.sheet.hidden_cols =
            (0..).zip(self.hidden_cols).filter_map(|(col, hidden)| hidden.then_some(col)).collect();
        Ok(self.sheet)
    }

    fn take(&mut self, record: Record<'_>, records: &mut Records<'_>) -> Result<(), Cause> {
        match record.id {
            id::ROW => self.row(record),
            id::COL_INFO => self.columns(record),
            id::DEFAULT_ROW_HEIGHT => {
                self.default_hidden = record.u16(0)? & 2 != 0;
                Ok(())
            }
            id::MERGE_CELLS => self.merges(record),
            id::STRING => {
                let pieces = records.pieces()?;
                self.clean.string(record.data, &pieces);
                Ok(())
            }
            id::MUL_RK => self.many_numbers(record),
            _ => self.cell(record),
        }
    }

    fn row(&mut self, record: Record<'_>) -> Result<(), Cause> {
        let row = u32::from(record.u16(0)?);
        self.rows.insert(row);
        if record.u16(12)? & 0x20 != 0 {
            self.sheet.hidden_rows.insert(row);
        }
        Ok(())
    }

    fn columns(&mut self, record: Record<'_>) -> Result<(), Cause> {
        let (first, last) = (record.u16(0)?, record.u16(2)?.min(COLS - 1));
        if record.u16(8)? & 1 != 0
            && let Some(columns) = self.hidden_cols.get_mut(usize::from(first)..=usize::from(last))
        {
            columns.fill(true);
        }
        Ok(())
    }

    fn hide_by_default(&mut self) {
        if self.default_hidden {
            let used = self.sheet.cells.iter().map(|cell| cell.at.row);
            let hidden: Vec<u32> = used.filter(|row| !self.rows.contains(row)).collect();
            self.sheet.hidden_rows.extend(hidden);
        }
    }

    fn merges(&mut self, record: Record<'_>) -> Result<(), Cause> {
        let regions = record.data.get(2..).unwrap_or_default().as_chunks::<8>().0;
        for region in regions.iter().take(record.u16(0)?.into()) {
            let at = |at| u16_at(region, at).map_or(0, u32::from);
            let corner = |row, col| CellRef::new(at(row), at(col).min(u32::from(COLS - 1)));
            self.sheet.merges.push(Region::new(corner(0, 4), corner(2, 6)));
        }
        if self.sheet.merges.len() > limits::merges() {
            return Err(limits::exceeded(format!("合并单元格超过 {} 处", limits::merges())));
        }
        Ok(())
    }

    fn many_numbers(&mut self, record: Record<'_>) -> Result<(), Cause> {
        let (row, first) = (record.u16(0)?, record.u16(2)?);
        let numbers = record.data.get(4..).unwrap_or_default().as_chunks::<6>().0;
        for (offset, number) in (0..).zip(numbers) {
            let source = self.clean.cell(id::RK, number);
            self.put((row, first.saturating_add(offset)), u16_at(number, 0).unwrap_or(0), source, false)?;
        }
        Ok(())
    }

    fn cell(&mut self, record: Record<'_>) -> Result<(), Cause> {
        let body = record.data.get(4..).unwrap_or_default();
        let source = match record.id {
            id::NUMBER => self.clean.cell(id::NUMBER, record.bytes::<10>(4)?),
            id::RK => self.clean.cell(id::RK, record.bytes::<6>(4)?),
            id::BOOL_ERR if is_bool_or_error(*record.bytes(6)?) => self.clean.cell(record.id, body),
            id::BOOL_ERR => return self.lost(record),
            id::LABEL | id::R_STRING => self.clean.cell(record.id, body),
            id::LABEL_SST => self.clean.shared_text(*record.bytes(4)?),
            id::FORMULA => self.formula(record)?,
            _ => return Ok(()),
        };
        let place = (record.u16(0)?, record.u16(2)?);
        self.put(place, record.u16(4)?, source, record.id == id::FORMULA)
    }

    fn formula(&mut self, record: Record<'_>) -> Result<Source, Cause> {
        let head = record.bytes::<16>(4)?;
        let length = u16_at(record.data, 20).unwrap_or(0);
        let own = record.data.get(22..22 + usize::from(length)).unwrap_or_default();
        let shared = tokens::anchor(own).and_then(|anchor| self.shared.get(&anchor));
        let place = (record.u16(0)?, record.u16(2)?);
        let plain = tokens::plain(shared.map_or(own, Vec::as_slice), place, self.version);
        Ok(self.clean.formula(head, &plain.unwrap_or_default()))
    }

    fn lost(&mut self, record: Record<'_>) -> Result<(), Cause> {
        let at = CellRef::new(record.u16(0)?.into(), record.u16(2)?.into());
        self.sheet.lost.push(at);
        Ok(())
    }

    fn put(&mut self, (row, col): (u16, u16), xf: u16, source: Source, formula: bool) -> Result<(), Cause> {
        if col >= COLS {
            return Err(corrupt(&format!("单元格在第 {} 列，这种格式只有 {COLS} 列", u32::from(col) + 1)));
        }
        self.sheet.cells.push(Placed { at: CellRef::new(row.into(), col.into()), source, formula, xf });
        if self.sheet.cells.len() > limits::cells() || self.clean.cells() > book_cells() {
            return Err(limits::exceeded(format!("单元格超过 {} 个", limits::cells())));
        }
        Ok(())
    }
}

/// Error codes that Excel 97–2003 has.
const ERRORS: [u8; 8] = [0x00, 0x07, 0x0F, 0x17, 0x1D, 0x24, 0x2A, 0x2B];

fn is_bool_or_error([value, is_error]: [u8; 2]) -> bool {
    is_error == 0 || (is_error == 1 && ERRORS.contains(&value))
}

#[cfg(test)]
mod tests;
