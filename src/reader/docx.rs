//! The tables of a Word document to grids.

mod symbols;

use std::collections::HashMap;

use crate::error::Cause;
use crate::grid::{CellRef, Grid, Region};
use crate::reader::flow::{self, Block, Count, Line, Placed, Table};
use crate::reader::limits;
use crate::reader::markup::{self, Tag, Token, Xml};
use crate::reader::package::Package;
use symbols::SymbolFont;

/// Reads every table of the document, with the paragraphs around it.
///
/// # Errors
/// [`Cause::TooLarge`], or [`Cause::Corrupt`] for what is no Word document or ends too early.
pub fn read(bytes: &[u8]) -> Result<Vec<Grid>, Cause> {
    let mut package = Package::open(bytes)?;
    let name = main_part(&mut package)?.unwrap_or_else(|| "word/document.xml".to_owned());
    let part = package.part(&name)?.ok_or_else(|| Cause::Corrupt(format!("缺少 {name}")))?;
    let (text, wrong) = markup::decode(&part);
    let mut document = Document { xml: Xml::new(&text), cells: Count::default(), has_hidden: false };
    let mut grids = flow::grids(document.read()?)?;
    if document.has_hidden {
        for grid in &mut grids {
            grid.note("文档中有隐藏的文字，未读取".to_owned());
        }
    }
    if wrong {
        markup::note_wrong_bytes(&mut grids);
    }
    Ok(grids)
}

/// The name of the document's part, as the package's relationships have it.
fn main_part(package: &mut Package<'_>) -> Result<Option<String>, Cause> {
    let Some(part) = package.part("_rels/.rels")? else { return Ok(None) };
    let (text, _) = markup::decode(&part);
    let mut xml = Xml::new(&text);
    xml.child()?;
    while let Some(tag) = xml.child()? {
        if tag.attr("Type").is_some_and(|t| t.ends_with("/officeDocument")) {
            return Ok(tag.attr("Target").map(|t| t.trim_start_matches('/').to_owned()));
        }
        xml.skip()?;
    }
    Ok(None)
}

struct Document<'a> {
    xml: Xml<'a>,
    cells: Count,
    /// Text that Word does not show has been passed over.
    has_hidden: bool,
}

/// How a stretch of text looks.
#[derive(Clone, Copy, Default)]
struct Look {
    /// With a line through it.
    is_struck: bool,
    is_hidden: bool,
    /// Deleted by a tracked change.
    is_deleted: bool,
    font: Option<SymbolFont>,
}

/// What is not there any more, or is there a second time, or is no text of the document.
fn is_left_out(tag: &Tag<'_>) -> bool {
    matches!(
        tag.local(),
        "del"
            | "moveFrom"
            | "Fallback"
            | "instrText"
            | "delInstrText"
            | "rt"
            | "pPr"
            | "rPr"
            | "sectPr"
            | "tblPr"
            | "tblGrid"
            | "sdtPr"
            | "sdtEndPr"
    )
}

impl Document<'_> {
    fn read(&mut self) -> Result<Vec<Block>, Cause> {
        let mut blocks = Vec::new();
        self.blocks(&mut blocks)?;
        Ok(blocks)
    }

    /// The paragraphs and tables in the element around, through whatever wraps them.
    fn blocks(&mut self, blocks: &mut Vec<Block>) -> Result<(), Cause> {
        while let Some(tag) = self.xml.child()? {
            match tag.local() {
                "p" => self.paragraph(blocks)?,
                "tbl" => {
                    let table = self.table()?;
                    blocks.push(Block::Table(table));
                }
                _ if is_left_out(&tag) => self.xml.skip()?,
                _ => self.blocks(blocks)?,
            }
        }
        Ok(())
    }

    fn paragraph(&mut self, blocks: &mut Vec<Block>) -> Result<(), Cause> {
        let (mut line, mut boxes) = (Line::default(), Vec::new());
        self.inline(&mut line, &mut boxes, Look::default())?;
        blocks.push(Block::Line(line));
        blocks.append(&mut boxes);
        Ok(())
    }

    /// The text of the element around, which looks like `look`; text boxes hold paragraphs and tables of their own.
    fn inline(&mut self, line: &mut Line, boxes: &mut Vec<Block>, mut look: Look) -> Result<(), Cause> {
        while let Some(tag) = self.xml.child()? {
            match tag.local() {
                "t" => self.characters(line, look)?,
                "delText" => self.characters(line, Look { is_deleted: true, ..look })?,
                "txbxContent" => self.blocks(boxes)?,
                "rPr" => look = self.run_properties(look)?,
                "del" => self.inline(line, boxes, Look { is_deleted: true, ..look })?,
                name => match character(name) {
                    None if name != "sym" && !is_left_out(&tag) => self.inline(line, boxes, look)?,
                    shown => {
                        let shown = if name == "sym" { Some(symbol(&tag)) } else { shown };
                        if let Some(shown) = shown {
                            self.put(line, shown.encode_utf8(&mut [0; 4]), look);
                        }
                        self.xml.skip()?;
                    }
                },
            }
        }
        Ok(())
    }

    fn run_properties(&mut self, mut look: Look) -> Result<Look, Cause> {
        while let Some(tag) = self.xml.child()? {
            match tag.local() {
                "strike" | "dstrike" => look.is_struck |= is_on(&tag),
                "vanish" => look.is_hidden = is_on(&tag),
                "rFonts" => look.font = font(&tag),
                _ => {}
            }
            self.xml.skip()?;
        }
        Ok(look)
    }

    fn characters(&mut self, line: &mut Line, look: Look) -> Result<(), Cause> {
        loop {
            match self.xml.next()? {
                Token::Text(piece) => match look.font {
                    Some(font) => self.put(line, &font.text(&piece), look),
                    None => self.put(line, &piece, look),
                },
                Token::Open(_) => self.xml.skip()?,
                Token::Close => return Ok(()),
            }
        }
    }

    fn put(&mut self, line: &mut Line, text: &str, look: Look) {
        match look {
            Look { is_hidden: true, .. } => self.has_hidden |= !text.trim().is_empty(),
            Look { is_deleted: true, .. } => line.push_deleted(text),
            Look { is_struck: true, .. } => line.push_struck(text),
            _ => line.push(text),
        }
        if text.contains(char::REPLACEMENT_CHARACTER) {
            line.doubt();
        }
    }

    fn table(&mut self) -> Result<Table, Cause> {
        let mut rows = Rows::default();
        self.rows(&mut rows)?;
        Ok(rows.finish())
    }

    fn rows(&mut self, rows: &mut Rows) -> Result<(), Cause> {
        while let Some(tag) = self.xml.child()? {
            match tag.local() {
                "tr" => {
                    let mut row = Row::default();
                    self.cells(&mut row)?;
                    rows.add(row)?;
                }
                _ if is_left_out(&tag) => self.xml.skip()?,
                _ => self.rows(rows)?,
            }
        }
        Ok(())
    }

    fn cells(&mut self, row: &mut Row) -> Result<(), Cause> {
        while let Some(tag) = self.xml.child()? {
            match tag.local() {
                "tc" => {
                    let cell = self.cell()?;
                    row.cells.push(cell);
                }
                "trPr" => self.row_properties(row)?,
                "tblPrEx" => self.xml.skip()?,
                _ if is_left_out(&tag) => self.xml.skip()?,
                _ => self.cells(row)?,
            }
        }
        Ok(())
    }

    fn row_properties(&mut self, row: &mut Row) -> Result<(), Cause> {
        while let Some(tag) = self.xml.child()? {
            match tag.local() {
                "gridBefore" => row.skipped = tag.number("val").unwrap_or(0),
                "hidden" => row.is_hidden = is_on(&tag),
                "del" => row.is_deleted = true,
                _ => {}
            }
            self.xml.skip()?;
        }
        Ok(())
    }

    fn cell(&mut self) -> Result<TableCell, Cause> {
        self.cells.cell()?;
        let mut cell = TableCell { width: 1, ..TableCell::default() };
        while let Some(tag) = self.xml.child()? {
            match tag.local() {
                "tcPr" => self.cell_properties(&mut cell)?,
                "p" => self.paragraph(&mut cell.blocks)?,
                "tbl" => {
                    let table = self.table()?;
                    cell.blocks.push(Block::Table(table));
                }
                _ if is_left_out(&tag) => self.xml.skip()?,
                _ => self.blocks(&mut cell.blocks)?,
            }
        }
        cell.drop_last_blank();
        Ok(cell)
    }

    fn cell_properties(&mut self, cell: &mut TableCell) -> Result<(), Cause> {
        while let Some(tag) = self.xml.child()? {
            match tag.local() {
                "gridSpan" => cell.width = tag.count("val"),
                "vMerge" => cell.down = Some(Merge::of(&tag)),
                "hMerge" => cell.across = Some(Merge::of(&tag)),
                "cellDel" => cell.is_deleted = true,
                _ => {}
            }
            self.xml.skip()?;
        }
        Ok(())
    }
}

/// A switch is on unless it says otherwise.
fn is_on(tag: &Tag<'_>) -> bool {
    !tag.attr("val").is_some_and(|v| matches!(v.as_str(), "0" | "false" | "off"))
}

/// What an element of a run shows that has no text of its own.
fn character(name: &str) -> Option<char> {
    match name {
        "tab" | "ptab" => Some('\t'),
        "br" | "cr" => Some('\n'),
        "noBreakHyphen" => Some('-'),
        _ => None,
    }
}

/// The character of a `<w:sym>`.
fn symbol(tag: &Tag<'_>) -> char {
    let font = tag.attr("font").and_then(|name| SymbolFont::named(&name));
    let code = tag.attr("char").and_then(|code| u32::from_str_radix(code.trim(), 16).ok());
    code.map_or(char::REPLACEMENT_CHARACTER, |code| symbols::character(font, code))
}

/// The font of symbols that a run has for one of its scripts.
fn font(tag: &Tag<'_>) -> Option<SymbolFont> {
    let scripts = ["ascii", "hAnsi", "cs", "eastAsia"];
    scripts.into_iter().find_map(|script| SymbolFont::named(&tag.attr(script)?))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Merge {
    Restart,
    Continue,
}

impl Merge {
    fn of(tag: &Tag<'_>) -> Self {
        if tag.attr("val").is_some_and(|v| v == "restart") { Self::Restart } else { Self::Continue }
    }
}

#[derive(Default)]
struct Row {
    cells: Vec<TableCell>,
    /// Columns left out before the first cell.
    skipped: u32,
    is_hidden: bool,
    is_deleted: bool,
}

#[derive(Default)]
struct TableCell {
    width: u32,
    down: Option<Merge>,
    across: Option<Merge>,
    is_deleted: bool,
    blocks: Vec<Block>,
}

impl TableCell {
    /// Word closes every cell with a paragraph, also behind a table inside.
    fn drop_last_blank(&mut self) {
        if let [.., Block::Table(_), Block::Line(last)] = self.blocks.as_slice()
            && last.is_blank()
        {
            self.blocks.pop();
        }
        if let [Block::Line(only)] = self.blocks.as_slice()
            && only.is_empty()
        {
            self.blocks.pop();
        }
    }
}

/// The rows of a table, merges that are still open below included.
#[derive(Default)]
struct Rows {
    placed: Vec<Placed>,
    hidden: Vec<u32>,
    next: u32,
    /// By first column: the cell that a `vMerge` below continues.
    open: HashMap<u32, usize>,
}

impl Rows {
    fn add(&mut self, row: Row) -> Result<(), Cause> {
        if row.is_deleted {
            return Ok(());
        }
        if self.next >= limits::ROWS {
            return Err(Cause::TooLarge(format!("行数超过 {}", limits::ROWS)));
        }
        if row.is_hidden {
            self.hidden.push(self.next);
        }
        let mut col = row.skipped;
        for cell in row.cells.into_iter().filter(|c| !c.is_deleted) {
            let end = col.saturating_add(cell.width);
            if end > limits::COLS {
                return Err(Cause::TooLarge(format!("列数超过 {}", limits::COLS)));
            }
            self.cell(Region::new(CellRef::new(self.next, col), CellRef::new(self.next, end - 1)), cell);
            col = end;
        }
        self.next += 1;
        Ok(())
    }

    fn cell(&mut self, region: Region, cell: TableCell) {
        let col = region.start.col;
        if cell.across == Some(Merge::Continue)
            && let Some(before) = self.placed.last_mut()
            && before.region.end.col + 1 == col
            && before.region.end.row == region.start.row
        {
            before.region.end.col = region.end.col;
            return before.blocks.extend(cell.blocks);
        }
        let anchor = self.open.get(&col).copied().filter(|_| cell.down == Some(Merge::Continue));
        if let Some(above) = anchor.and_then(|index| self.placed.get_mut(index))
            && above.region.end.row + 1 == region.start.row
            && above.region.end.col == region.end.col
        {
            above.region.end.row = region.end.row;
            // Word does not show what a covered cell holds, but it is in the file.
            return above.blocks.extend(cell.blocks);
        }
        if cell.down.is_some() {
            self.open.insert(col, self.placed.len());
        } else {
            self.open.remove(&col);
        }
        self.placed.push(Placed { region, blocks: cell.blocks, typed: None });
    }

    fn finish(self) -> Table {
        let mut table = Table::default();
        table.hidden_rows = self.hidden.into_iter().collect();
        self.placed.into_iter().for_each(|placed| table.push(placed));
        table
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;
    use crate::grid::Value;

    fn document(body: &str) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
        write!(zip, "<w:document xmlns:w='urn:w'><w:body>{body}</w:body></w:document>").unwrap();
        zip.finish().unwrap().into_inner()
    }

    fn shown(grid: &Grid) -> Vec<String> {
        grid.cells().map(|(at, c)| format!("{at}={}", c.value.as_ref().map_or("", Value::shown))).collect()
    }

    fn p(text: &str) -> String {
        format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
    }

    fn tc(properties: &str, text: &str) -> String {
        format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p(text))
    }

    fn tr(cells: &[String]) -> String {
        format!("<w:tr>{}</w:tr>", cells.concat())
    }

    fn one(table: &str) -> Grid {
        read(&document(&format!("<w:tbl>{table}</w:tbl>"))).unwrap().remove(0)
    }

    #[test]
    fn merges() {
        let found = one(&[
            tr(&[tc("<w:vMerge w:val='restart'/>", "甲"), tc("<w:gridSpan w:val='2'/>", "乙")]),
            tr(&[tc("<w:vMerge/>", ""), tc("", "丙"), tc("<w:vMerge w:val='restart'/>", "丁")]),
            tr(&[tc("<w:vMerge w:val='continue'/>", ""), tc("<w:vMerge/>", "孤"), tc("<w:vMerge/>", "")]),
            "<w:tr><w:trPr><w:gridBefore w:val='2'/></w:trPr>".to_owned()
                + &tc("<w:vMerge w:val='restart'/>", "戊")
                + "</w:tr>",
            "<w:tr><w:trPr><w:del/></w:trPr>".to_owned() + &tc("", "删") + "</w:tr>",
            tr(&[tc("<w:hMerge w:val='restart'/>", "己"), tc("<w:hMerge/>", "")]),
        ]
        .concat());
        assert_eq!(shown(&found), ["A1=甲", "B1=乙", "B2=丙", "C2=丁", "B3=孤", "C4=戊", "A5=己"]);
        let merges: Vec<_> = found.merges().iter().map(ToString::to_string).collect();
        assert_eq!(merges, ["A1:A3", "B1:C1", "C2:C3", "A5:B5"]);
    }

    #[test]
    fn text_as_seen() {
        let cell = "<w:tc><w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t xml:space='preserve'> 一 </w:t><w:tab/><w:t>二\
            </w:t><w:br/></w:r><w:ins><w:r><w:t>三</w:t></w:r></w:ins><w:del><w:r><w:delText>删</w:delText><w:t>删</w:t>\
            </w:r></w:del><w:r><w:instrText>PAGE</w:instrText><w:sym w:font='Wingdings' w:char='F0FE'/></w:r></w:p><w:sdt>\
            <w:sdtContent><w:p><w:hyperlink><w:r><w:t>四</w:t></w:r></w:hyperlink></w:p></w:sdtContent></w:sdt></w:tc>";
        assert_eq!(shown(&one(&tr(&[cell.to_owned()]))), ["A1= 一 \t二\n三☑\n四"]);
    }

    #[track_caller]
    fn run(inside: &str, read: &str, notes: &[&str]) {
        let found = one(&tr(&[format!("<w:tc><w:p>{inside}</w:p></w:tc>"), tc("", "尾")]));
        assert_eq!(
            (shown(&found), found.notes),
            (vec![format!("A1={read}"), "B1=尾".to_owned()], notes.iter().map(|n| (*n).to_owned()).collect())
        );
    }

    #[test]
    fn symbols_are_read_and_none_vanishes() {
        run("<w:r><w:sym w:font='Symbol' w:char='F0B3'/></w:r><w:r><w:t>200人</w:t></w:r>", "≥200人", &[]);
        run(
            "<w:r><w:rPr><w:rFonts w:ascii='宋体' w:hAnsi='Symbol'/></w:rPr><w:t>\u{f0a3}5</w:t></w:r>",
            "≤5",
            &[],
        );
        run("<w:r><w:t>\u{f0a3}5</w:t></w:r>", "\u{f0a3}5", &[]);
        let note = "单元格 A1 有认不出的符号（显示为 �），请对照原件补上";
        run("<w:r><w:sym w:font='Wingdings 3' w:char='F0B3'/><w:t>2</w:t></w:r>", "\u{fffd}2", &[note]);
        run("<w:r><w:sym/><w:t>2</w:t></w:r>", "\u{fffd}2", &[note]);
    }

    #[test]
    fn struck_and_deleted_text_is_told_hidden_text_left_out() {
        let struck = |text: &str| format!("<w:r><w:rPr><w:strike/></w:rPr><w:t>{text}</w:t></w:r>");
        let plain = "<w:r><w:rPr><w:strike w:val='0'/></w:rPr><w:t>210人</w:t></w:r>";
        run(&(struck("220人") + plain), "210人", &["单元格 A1 有划掉的文字“220人”，未读取，请核对"]);
        run(&struck("220人"), "220人", &["单元格 A1 的文字“220人”全部划掉，仍按原文读取，请核对"]);
        let deleted = "<w:del><w:r><w:delText>220人</w:delText></w:r></w:del>";
        run(&format!("{deleted}{plain}"), "210人", &["单元格 A1 有修订时删除的文字“220人”，未读取，请核对"]);
        let hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>";
        run(&format!("{hidden}{plain}"), "210人", &["文档中有隐藏的文字，未读取"]);
    }

    #[test]
    fn paragraphs_around_and_tables_inside() {
        let inner =
            format!("<w:tbl>{}{}</w:tbl>{}", tr(&[tc("", "a"), tc("", "b")]), tr(&[tc("", "c")]), p(""));
        let outer = format!("<w:tbl><w:tr><w:tc>{inner}</w:tc></w:tr></w:tbl>");
        let body = p("附件")
            + "<w:p/>"
            + &p("题")
            + &outer
            + &p("间")
            + "<w:tbl>"
            + &tr(&[tc("", "x")])
            + "</w:tbl>"
            + &p("尾");
        let found = read(&document(&body)).unwrap();
        let all: Vec<_> = found.iter().map(shown).collect();
        assert_eq!(all, [vec!["A1=附件", "A2=题", "A3=a", "B3=b", "A4=c"], vec!["A1=间", "A2=x", "A3=尾"]]);
    }

    #[test]
    fn hostile_documents_stop() {
        let wide = format!("<w:tbl>{}</w:tbl>", tr(&[tc("<w:gridSpan w:val='99999999999'/>", "x")]));
        assert!(matches!(read(&document(&wide)), Err(Cause::TooLarge(_))));
        let deep = "<w:tbl><w:tr><w:tc>".repeat(100);
        assert!(matches!(read(&document(&deep)), Err(Cause::TooLarge(_))));
        assert!(matches!(read(&document("<w:tbl><w:tr>")), Err(Cause::Corrupt(_))));
        assert!(matches!(read(b"PK"), Err(Cause::Corrupt(_))));
    }
}
