//! A template to what all its workbooks share: parts that never change, and parts with marks where a form's own go.

use std::borrow::Cow;
use std::io::{Cursor, Read, Seek, Write};
use std::sync::Arc;

use quick_xml::escape::partial_escape;
use rust_xlsxwriter::utility::quote_sheet_name;
use rust_xlsxwriter::{Workbook, XlsxError};
use zip::result::ZipError;
use zip::{ZipArchive, ZipWriter};

use super::Own;
use crate::grid::CellRef;
use crate::template::Template;
use crate::writer::plan::Plan;
use crate::writer::style::Styles;
use crate::writer::xlsx::{Pages, Said, set_up};

type Archive = ZipArchive<Cursor<Arc<[u8]>>>;

/// Parts that are the same in every workbook of one form.
const SHARED: [&str; 5] = [
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/_rels/workbook.xml.rels",
    "xl/theme/theme1.xml",
    "xl/styles.xml",
];

/// What the general writer is given where a form's own will stand: words and rows that occur nowhere else in a part.
const SHEET: &str = "表名";
const TITLE: &str = "题名";
const AUTHOR: &str = "作者";
const SUBJECT: &str = "主题";
const LAST_ROW: u32 = 9973;
const REPEATED: u32 = 9967;
const BREAK: u32 = 9949;

/// A form's own in a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    SheetName,
    SheetInReference,
    Title,
    Author,
    Subject,
    LastRow,
    /// The last cell.
    Corner,
    Repeated,
    Breaks,
    Cells,
}

/// A part with marks: what stands before each, and what stands behind the last.
#[derive(Debug)]
struct Pattern {
    pieces: Vec<(String, Mark)>,
    end: String,
}

impl Pattern {
    /// The part `text` with a mark wherever one of `marked` stands; `None` if one of them stands nowhere.
    fn of(text: &str, marked: &[(String, Mark)]) -> Option<Self> {
        if !marked.iter().all(|(word, _)| text.contains(word.as_str())) {
            return None;
        }
        let (mut pieces, mut rest) = (Vec::new(), text);
        // Of two that begin at one place, the first of `marked` counts.
        while let Some((at, (word, mark))) =
            marked.iter().filter_map(|one| Some((rest.find(one.0.as_str())?, one))).min_by_key(|(at, _)| *at)
        {
            let (before, from) = rest.split_at(at);
            pieces.push((before.to_owned(), *mark));
            rest = from.get(word.len()..).unwrap_or_default();
        }
        Some(Self { pieces, end: rest.to_owned() })
    }

    fn filled<'a>(&self, own: impl Fn(Mark) -> Cow<'a, str>) -> String {
        let mut text = String::new();
        for (before, mark) in &self.pieces {
            text.push_str(before);
            text.push_str(&own(*mark));
        }
        text.push_str(&self.end);
        text
    }
}

/// What the workbooks of a template with one page, or with many, share.
pub(super) struct Frame {
    archive: Archive,
    workbook: Pattern,
    sheet: Pattern,
    core: Pattern,
    app: Pattern,
    /// The letters of the last column.
    last_column: String,
}

impl Frame {
    /// The frame of `template`; `None` if the general writer writes otherwise than is known here.
    pub fn new(pages: &Pages<'_>, template: &Template, styles: &Styles) -> Option<Self> {
        let mut archive = archive(composed(pages, template, styles).ok()?).ok()?;
        let many = matches!(pages, Pages::Many { .. });
        let mark = |word: &dyn std::fmt::Display, mark| (word.to_string(), mark);
        let corner = CellRef::new(LAST_ROW - 1, u32::from(template.width().saturating_sub(1)));
        let mut of_workbook = vec![
            mark(&format_args!("{SHEET}!"), Mark::SheetInReference),
            mark(&SHEET, Mark::SheetName),
            mark(&format_args!("${LAST_ROW}<"), Mark::LastRow),
        ];
        of_workbook.extend(many.then(|| mark(&format_args!("${REPEATED}:${REPEATED}<"), Mark::Repeated)));
        let sheet = text(&mut archive, "xl/worksheets/sheet1.xml")?;
        let data = between(&sheet, "<sheetData>", "</sheetData>")?;
        let mut of_sheet = vec![mark(&data, Mark::Cells), mark(&corner, Mark::Corner)];
        if many {
            of_sheet.push(mark(&between(&sheet, "<rowBreaks", "</rowBreaks>")?, Mark::Breaks));
        }
        let of_core = [
            mark(&format_args!("<dc:title>{TITLE}</dc:title>"), Mark::Title),
            mark(&format_args!("<dc:subject>{SUBJECT}</dc:subject>"), Mark::Subject),
            mark(&AUTHOR, Mark::Author),
        ];
        let of_app = [mark(&format_args!("{SHEET}!"), Mark::SheetInReference), mark(&SHEET, Mark::SheetName)];
        Some(Self {
            workbook: Pattern::of(&text(&mut archive, "xl/workbook.xml")?, &of_workbook)?,
            sheet: Pattern::of(&sheet, &of_sheet)?,
            core: Pattern::of(&text(&mut archive, "docProps/core.xml")?, &of_core)?,
            app: Pattern::of(&text(&mut archive, "docProps/app.xml")?, &of_app)?,
            archive,
            last_column: corner.to_string().trim_end_matches(|c: char| c.is_ascii_digit()).to_owned(),
        })
    }

    /// A form's own parts, `cells` being the data of its sheet and the merges behind it.
    pub fn own(&self, said: &Said, name: &str, plan: &Plan, pages: &Pages<'_>, cells: &str) -> Own {
        let rows = plan.heights.len();
        let element = |name: &str, text: &str| {
            if text.is_empty() { String::new() } else { format!("<{name}>{}</{name}>", partial_escape(text)) }
        };
        let own = |mark| -> Cow<'_, str> {
            match mark {
                Mark::SheetName => in_attribute(name),
                Mark::SheetInReference => format!("{}!", partial_escape(quote_sheet_name(name))).into(),
                Mark::Title => element("dc:title", &said.title).into(),
                Mark::Subject => element("dc:subject", &said.subject).into(),
                Mark::Author => partial_escape(said.author.as_str()),
                Mark::LastRow => format!("${rows}<").into(),
                Mark::Corner => format!("{}{rows}", self.last_column).into(),
                Mark::Repeated => format!("${0}:${0}<", plan.repeated + 1).into(),
                Mark::Breaks => breaks(pages).into(),
                Mark::Cells => cells.into(),
            }
        };
        let in_text = |mark| if mark == Mark::SheetName { partial_escape(name) } else { own(mark) };
        Own {
            workbook: self.workbook.filled(own),
            sheet: self.sheet.filled(own),
            core: self.core.filled(own),
            app: self.app.filled(in_text),
        }
    }

    /// Puts the parts that never change into a workbook.
    pub fn copy_shared<W: Write + Seek>(&self, zip: &mut ZipWriter<W>) -> Result<(), ZipError> {
        copy(&self.archive, &SHARED, zip)
    }
}

/// A workbook of the general writer with marks where a form's own go.
fn composed(pages: &Pages<'_>, template: &Template, styles: &Styles) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let said = Said { title: TITLE.to_owned(), author: AUTHOR.to_owned(), subject: SUBJECT.to_owned() };
    workbook.set_properties(&said.properties()?);
    let sheet = workbook.add_worksheet();
    sheet.set_name(SHEET)?;
    styles.number(sheet)?;
    let pages = match pages {
        Pages::One => Pages::One,
        Pages::Many { .. } => Pages::Many { repeated: REPEATED - 1, breaks: &[BREAK] },
    };
    let last = LAST_ROW - 1;
    set_up(sheet, last, &pages, template)?;
    // The sheet reaches from corner to corner, and there is a text.
    sheet.write_string(0, 0, SHEET)?;
    sheet.write_string(last, template.width().saturating_sub(1), SHEET)?;
    workbook.save_to_buffer()
}

fn archive(bytes: Vec<u8>) -> Result<Archive, ZipError> {
    ZipArchive::new(Cursor::new(Arc::from(bytes)))
}

/// Puts parts of one workbook into another as they are, compressed once for all.
fn copy<W: Write + Seek>(from: &Archive, parts: &[&str], zip: &mut ZipWriter<W>) -> Result<(), ZipError> {
    let mut from = from.clone();
    for part in parts {
        let index = from.index_for_name(part).ok_or(ZipError::FileNotFound)?;
        zip.raw_copy_file(from.by_index_raw(index)?)?;
    }
    Ok(())
}

fn text(archive: &mut Archive, part: &str) -> Option<String> {
    let mut text = String::new();
    archive.by_name(part).ok()?.read_to_string(&mut text).ok()?;
    Some(text)
}

/// What stands from `first` to `last`, these included.
fn between(text: &str, first: &str, last: &str) -> Option<String> {
    let (from, to) = (text.find(first)?, text.find(last)?);
    text.get(from..to + last.len()).map(str::to_owned)
}

/// A text within an attribute, as the general writer writes it.
fn in_attribute(text: &str) -> Cow<'_, str> {
    let escaped = partial_escape(text);
    if escaped.contains('"') { escaped.replace('"', "&quot;").into() } else { escaped }
}

fn breaks(pages: &Pages<'_>) -> String {
    let Pages::Many { breaks, .. } = pages else { return String::new() };
    if breaks.is_empty() {
        return String::new();
    }
    let each = |xml: String, row| format!("{xml}<brk id=\"{row}\" max=\"16383\" man=\"1\"/>");
    let each = breaks.iter().fold(String::new(), each);
    let count = breaks.len();
    format!("<rowBreaks count=\"{count}\" manualBreakCount=\"{count}\">{each}</rowBreaks>")
}
