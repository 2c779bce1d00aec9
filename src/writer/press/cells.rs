//! A plan to the XML of its cells and their texts.

use std::collections::HashMap;

use quick_xml::escape::partial_escape;

use crate::grid::{CellRef, Region};
use crate::writer::plan::{self, Content, Plan};
use crate::writer::put;
use crate::writer::style::Styles;

/// Rows that share one `spans`.
const BAND: usize = 16;
/// Pixels of a row whose height need not be said, and points of a pixel.
const USUAL_PIXELS: f64 = 20.0;
const POINTS: f64 = 0.75;
/// Most UTF-16 units in a cell.
const LONGEST: usize = 32_767;

/// A cell: the number of its format, and what stands in it, which is nothing in most of a merged region.
#[derive(Clone, Copy)]
struct Cell<'a> {
    format: usize,
    content: &'a Content,
}

/// The cells of a sheet, row by row.
pub(super) struct Cells<'a> {
    grid: Vec<Option<Cell<'a>>>,
    width: usize,
    merges: Vec<Region>,
}

impl<'a> Cells<'a> {
    /// The cells of `plan` in so many columns; `None` for what takes a general writer.
    pub fn of(plan: &'a Plan, styles: &Styles, width: u16) -> Option<Self> {
        let width = usize::from(width);
        let grid = vec![None; plan.heights.len() * width];
        let mut cells = Self { grid, width, merges: Vec::new() };
        for block in &plan.blocks {
            if !is_usual(&block.content) {
                return None;
            }
            let format = styles.number_of(&styles.style(block.look, &block.content))?;
            cells.put(block.region, Cell { format, content: &block.content })?;
        }
        let reaches = |cell: Option<&Option<Cell<'_>>>| cell.is_some_and(Option::is_some);
        let last_column = cells.grid.iter().skip(width.checked_sub(1)?).step_by(width);
        let is_high = |height: &f64| pixels(*height) > 0.0;
        let is_usual = reaches(cells.grid.first())
            && last_column.clone().any(Option::is_some)
            && plan.heights.iter().all(is_high);
        is_usual.then_some(cells)
    }

    /// Puts a block where nothing stands yet.
    fn put(&mut self, region: Region, cell: Cell<'a>) -> Option<()> {
        let Region { start, end } = region;
        for (row, col) in
            (start.row..=end.row).flat_map(|row| (start.col..=end.col).map(move |col| (row, col)))
        {
            let col = usize::try_from(col).ok().filter(|col| *col < self.width)?;
            let at =
                self.grid.get_mut(usize::try_from(row).ok()?.checked_mul(self.width)?.checked_add(col)?)?;
            let content = if CellRef::new(row, u32::try_from(col).ok()?) == start {
                cell.content
            } else {
                &Content::Blank
            };
            if at.replace(Cell { content, ..cell }).is_some() {
                return None;
            }
        }
        self.merges.extend(region.is_merge().then_some(region));
        Some(())
    }

    /// The data of the sheet with its merges, and the part of its texts.
    pub fn written(&self, plan: &Plan) -> (String, String) {
        let mut data = Data { xml: String::with_capacity(48 * self.grid.len()), texts: Texts::default() };
        data.xml.push_str("<sheetData>");
        let mut heights = plan.heights.iter();
        let mut row = 0;
        for band in self.grid.chunks((BAND * self.width).max(1)) {
            let span = self.span(band);
            for (cells, height) in band.chunks(self.width.max(1)).zip(&mut heights) {
                data.row(row, &span, *height, cells);
                row += 1;
            }
        }
        data.xml.push_str("</sheetData>");
        data.merges(&self.merges);
        (data.xml, data.texts.part())
    }

    /// The first and the last column of a band of rows, as an attribute.
    fn span(&self, band: &[Option<Cell<'_>>]) -> String {
        let used = band.iter().enumerate().filter(|(_, cell)| cell.is_some());
        let columns = used.map(|(at, _)| at % self.width + 1);
        let ends = columns.fold(None, |ends, column| match ends {
            None => Some((column, column)),
            Some((first, last)) => Some((column.min(first), column.max(last))),
        });
        ends.map_or_else(String::new, |(first, last)| format!(" spans=\"{first}:{last}\""))
    }
}

/// The data of a sheet while it is written.
struct Data<'a> {
    xml: String,
    texts: Texts<'a>,
}

impl<'a> Data<'a> {
    fn row(&mut self, row: u32, span: &str, height: f64, cells: &[Option<Cell<'a>>]) {
        put(&mut self.xml, format_args!("<row r=\"{}\"{span}", row + 1));
        let pixels = pixels(height);
        if (pixels - USUAL_PIXELS).abs() > f64::EPSILON {
            put(&mut self.xml, format_args!(" ht=\"{}\" customHeight=\"1\"", pixels * POINTS));
        }
        if cells.iter().all(Option::is_none) {
            return self.xml.push_str("/>");
        }
        self.xml.push('>');
        for (col, cell) in (0_u32..).zip(cells) {
            if let Some(cell) = cell {
                self.cell(CellRef::new(row, col), *cell);
            }
        }
        self.xml.push_str("</row>");
    }

    fn cell(&mut self, at: CellRef, Cell { format, content }: Cell<'a>) {
        let xml = &mut self.xml;
        put(xml, format_args!("<c r=\"{at}\" s=\"{format}\""));
        match content {
            Content::Text(text) if !text.is_empty() => {
                put(xml, format_args!(" t=\"s\"><v>{}</v></c>", self.texts.number(text)));
            }
            Content::Blank | Content::Text(_) => xml.push_str("/>"),
            Content::Number(number) => {
                put(xml, format_args!("><v>{}</v></c>", plan::stored(*number).unwrap_or_default()));
            }
            Content::Formula(formula, Some(result)) => {
                put(
                    xml,
                    format_args!(
                        "><f>{}</f><v>{}</v></c>",
                        partial_escape(formula.as_str()),
                        result.normalize()
                    ),
                );
            }
            Content::Formula(formula, None) => {
                put(xml, format_args!(" t=\"str\"><f>{}</f><v></v></c>", partial_escape(formula.as_str())));
            }
        }
    }

    fn merges(&mut self, merges: &[Region]) {
        if merges.is_empty() {
            return;
        }
        put(&mut self.xml, format_args!("<mergeCells count=\"{}\">", merges.len()));
        for Region { start, end } in merges {
            put(&mut self.xml, format_args!("<mergeCell ref=\"{start}:{end}\"/>"));
        }
        self.xml.push_str("</mergeCells>");
    }
}

/// The texts of a workbook, each once.
#[derive(Default)]
struct Texts<'a> {
    numbers: HashMap<&'a str, usize>,
    each: Vec<&'a str>,
    count: usize,
}

impl<'a> Texts<'a> {
    fn number(&mut self, text: &'a str) -> usize {
        self.count += 1;
        *self.numbers.entry(text).or_insert_with(|| {
            self.each.push(text);
            self.each.len() - 1
        })
    }

    fn part(&self) -> String {
        let mut part = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"",
        );
        let (count, unique) = (self.count, self.each.len());
        put(&mut part, format_args!(" count=\"{count}\" uniqueCount=\"{unique}\">"));
        let space = ['\t', '\n', ' '];
        for text in &self.each {
            let kept = text.starts_with(space) || text.ends_with(space);
            part.push_str(if kept { "<si><t xml:space=\"preserve\">" } else { "<si><t>" });
            part.push_str(&partial_escape(*text));
            part.push_str("</t></si>");
        }
        part.push_str("</sst>");
        part
    }
}

/// The height of a row in whole pixels.
fn pixels(height: f64) -> f64 {
    (height / POINTS).round()
}

/// Whether the general writer would put it as it is done here: no control characters, nothing that reads like one.
fn is_usual(content: &Content) -> bool {
    match content {
        Content::Blank | Content::Formula(..) => true,
        Content::Number(number) => plan::stored(*number).is_some(),
        Content::Text(text) => {
            let is_short = text.len() <= LONGEST || text.encode_utf16().count() <= LONGEST;
            is_short && !text.starts_with("<r>") && is_plain(text)
        }
    }
}

/// Whether a text has no characters that XML cannot hold, and none that stand for such.
pub(super) fn is_plain(text: &str) -> bool {
    let odd = |c: char| (c < ' ' && c != '\n' && c != '\t') || ('\u{fffe}'..='\u{ffff}').contains(&c);
    !text.contains("_x") && !text.contains(odd)
}
