//! HTML tables, as systems save them under the name of `.xls`, to grids.

use rust_decimal::Decimal;

use crate::error::Cause;
use crate::grid::{Cell, CellRef, Grid, Region, Value};
use crate::reader::flow::{self, Block, Count, Placed, Table};
use crate::reader::limits;
use crate::reader::shown::{self, DateForm, Form};
use text::Text;
use token::{Tag, Token, Tokens};

mod charset;
mod marks;
mod mhtml;
#[cfg(test)]
mod tests;
mod text;
mod token;

/// The widest cell that HTML allows.
const COLSPAN: u32 = 1000;
/// The highest cell that HTML allows.
const ROWSPAN: u32 = 65_534;
/// Looks at places that a cell from a row above may cover, for a whole page.
const SPAN_STEPS: usize = 50_000_000;

/// Reads every table of a page or of a web archive's pages.
///
/// # Errors
/// [`Cause::TooLarge`]; there is no such thing as a corrupt page.
pub fn read(bytes: &[u8]) -> Result<Vec<Grid>, Cause> {
    let Some(parts) = mhtml::parts(bytes) else { return read_page(bytes, None) };
    let mut grids = Vec::new();
    for part in parts {
        grids.extend(read_page(&part.bytes, part.charset.as_deref())?);
        if grids.len() > limits::sheets() {
            return Err(limits::exceeded(format!("表格超过 {} 张", limits::sheets())));
        }
    }
    flow::name(&mut grids);
    Ok(grids)
}

fn read_page(bytes: &[u8], header: Option<&str>) -> Result<Vec<Grid>, Cause> {
    let (text, note) = charset::decode(bytes, header);
    let mut page = Page::default();
    for token in Tokens::new(&text) {
        page.token(&token)?;
    }
    let (blocks, hidden) = page.finish();
    let notes: Vec<String> = note.into_iter().chain(hidden.map(str::to_owned)).collect();
    let mut grids = flow::grids(blocks)?;
    for grid in &mut grids {
        grid.notes.extend(notes.iter().cloned());
    }
    Ok(grids)
}

/// A page half read: its text, and the tables that are open, one inside the other.
#[derive(Default)]
struct Page {
    text: Text,
    open: Vec<OpenTable>,
    steps: usize,
    cells: Count,
    /// How many `<pre>` are open.
    pre: usize,
    /// A cell that is not shown, or text in one that is, has been passed over.
    hidden: Hidden,
}

/// What a page has that it does not show.
#[derive(Default)]
struct Hidden {
    cell: bool,
    text: bool,
}

impl Hidden {
    /// What the reports must say of it.
    const fn note(&self) -> Option<&'static str> {
        match self {
            Self { cell: false, text: false } => None,
            Self { cell: true, text: false } => Some("网页中有隐藏的单元格，未读入"),
            Self { cell: false, text: true } => Some("网页中有隐藏的文字，未读入"),
            Self { cell: true, text: true } => Some("网页中有隐藏的单元格和文字，未读入"),
        }
    }
}

/// A table half read.
#[derive(Default)]
struct OpenTable {
    table: Table,
    in_row: bool,
    next_row: u32,
    col: u32,
    /// For each column the first row that no cell from above covers.
    free_from: Vec<u32>,
    /// The cells from here on belong to the current row group, which their spans cannot leave.
    group: usize,
    declared_cols: u32,
    cell: Option<OpenCell>,
}

/// A cell half read.
struct OpenCell {
    /// `None` if the cell is not shown and takes no place.
    region: Option<Region>,
    text: Text,
    typing: Typing,
}

/// What a start tag says about the value of its cell.
#[derive(Default)]
struct Typing {
    number: Option<String>,
    formula: Option<String>,
    format: Option<String>,
    is_error: bool,
    is_bool: bool,
}

impl Page {
    fn token(&mut self, token: &Token<'_>) -> Result<(), Cause> {
        match token {
            Token::Text(text) => self.push_text(text),
            Token::Open(tag) => self.start(tag)?,
            Token::Close(name) => self.end(name),
        }
        Ok(())
    }

    fn push_text(&mut self, text: &str) {
        let keep = self.pre > 0;
        let to = self.current();
        if keep { to.push_kept(text) } else { to.push(text) }
    }

    /// Where text goes: the innermost open cell, else the page. Text between cells moves before its table.
    fn current(&mut self) -> &mut Text {
        self.open.iter_mut().rev().find_map(|t| t.cell.as_mut()).map_or(&mut self.text, |cell| &mut cell.text)
    }

    fn start(&mut self, tag: &Tag<'_>) -> Result<(), Cause> {
        match tag.name.as_str() {
            "table" => return self.start_table(tag),
            "tr" => return self.start_row(tag),
            "td" | "th" => return self.start_cell(tag),
            "thead" | "tbody" | "tfoot" => self.end_group(),
            "col" => self.column(tag),
            name => {
                self.pre += usize::from(is_pre(name));
                self.current().open(tag);
            }
        }
        Ok(())
    }

    fn end(&mut self, name: &str) {
        match name {
            "table" => self.end_table(),
            "td" | "th" => self.end_cell(),
            "tr" => self.end_row(),
            "thead" | "tbody" | "tfoot" => self.end_group(),
            name => {
                self.pre = self.pre.saturating_sub(usize::from(is_pre(name)));
                self.current().close(name);
            }
        }
    }

    fn start_table(&mut self, tag: &Tag<'_>) -> Result<(), Cause> {
        // A table can only stand inside a cell; else the one before has ended.
        if self.open.last().is_some_and(|t| t.cell.is_none()) {
            self.end_table();
        }
        if self.open.len() >= limits::DEPTH / 2 {
            return Err(Cause::TooLarge(format!("表格嵌套超过 {} 层", limits::DEPTH / 2)));
        }
        let mut open = OpenTable::default();
        open.table.hidden = is_hidden(tag) || self.current().is_hidden();
        self.open.push(open);
        Ok(())
    }

    fn start_row(&mut self, tag: &Tag<'_>) -> Result<(), Cause> {
        self.end_row();
        if self.open.is_empty() {
            self.open.push(OpenTable::default());
        }
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        if open.next_row >= limits::ROWS {
            return Err(Cause::TooLarge(format!("行数超过 {}", limits::ROWS)));
        }
        if is_hidden(tag) {
            open.table.hidden_rows.insert(open.next_row);
        }
        open.in_row = true;
        open.next_row += 1;
        open.col = 0;
        Ok(())
    }

    fn start_cell(&mut self, tag: &Tag<'_>) -> Result<(), Cause> {
        self.end_cell();
        self.cells.cell()?;
        if !self.open.last().is_some_and(|t| t.in_row) {
            self.start_row(&Tag::named("tr"))?;
        }
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        let region = if is_hidden(tag) { None } else { Some(open.place(tag, &mut self.steps)?) };
        open.cell = Some(OpenCell { region, text: Text::of_cell(tag), typing: Typing::of(tag) });
        Ok(())
    }

    fn end_cell(&mut self) {
        let Some(open) = self.open.last_mut() else { return };
        let Some(cell) = open.cell.take() else { return };
        self.hidden.text |= cell.text.has_hidden();
        let blocks = cell.text.finish();
        if let Some(region) = cell.region {
            let typed = cell.typing.cell(&blocks);
            open.table.push(Placed { region, blocks, typed });
        } else if !blocks.is_empty() {
            self.hidden.cell = true;
        }
    }

    fn end_row(&mut self) {
        self.end_cell();
        if let Some(open) = self.open.last_mut() {
            open.in_row = false;
        }
    }

    fn end_group(&mut self) {
        self.end_row();
        if let Some(open) = self.open.last_mut() {
            open.end_group();
        }
    }

    fn end_table(&mut self) {
        self.end_group();
        let Some(mut open) = self.open.pop() else { return };
        let is_inside = !self.open.is_empty();
        if open.table.trim() && is_inside && open.table.hidden {
            self.hidden.text = true; // it would become text of the cell around
        } else if open.table.trim() {
            self.current().table(open.table);
        }
    }

    fn column(&mut self, tag: &Tag<'_>) {
        let Some(open) = self.open.last_mut() else { return };
        let end = open.declared_cols.saturating_add(span(tag, "span", COLSPAN)).min(limits::COLS);
        if is_hidden(tag) {
            open.table.hidden_cols.extend(open.declared_cols..end);
        }
        open.declared_cols = end;
    }

    /// All that is shown, and what is to be said of the rest.
    fn finish(mut self) -> (Vec<Block>, Option<&'static str>) {
        while !self.open.is_empty() {
            self.end_table();
        }
        self.hidden.text |= self.text.has_hidden();
        (self.text.finish(), self.hidden.note())
    }
}

impl OpenTable {
    /// The region of the next cell: the first place in the row that no cell from above covers.
    fn place(&mut self, tag: &Tag<'_>, steps: &mut usize) -> Result<Region, Cause> {
        let row = self.next_row.saturating_sub(1);
        let start = self.col + self.stretch(self.col, limits::COLS, |free| free > row);
        let wide = span(tag, "colspan", COLSPAN);
        let end = start + self.stretch(start, wide, |free| free <= row).max(1);
        *steps += (end - self.col) as usize;
        if *steps > SPAN_STEPS {
            return Err(Cause::TooLarge("跨行跨列的单元格过多".into()));
        }
        if end > limits::COLS {
            return Err(Cause::TooLarge(format!("列数超过 {}", limits::COLS)));
        }
        self.col = end;
        let high = span(tag, "rowspan", ROWSPAN);
        if high > 1 {
            self.cover(start, end, row.saturating_add(high));
        }
        Ok(Region::new(CellRef::new(row, start), CellRef::new(row.saturating_add(high - 1), end - 1)))
    }

    /// How many columns from `start` on, at most `limit`, are as `is_so` wants; those without entry are free.
    fn stretch(&self, start: u32, limit: u32, is_so: impl Fn(u32) -> bool) -> u32 {
        let known = self.free_from.get(start as usize..).unwrap_or_default();
        let count = known.iter().take(limit as usize).take_while(|free| is_so(**free)).count();
        let beyond = count == known.len() && is_so(0);
        if beyond { limit } else { u32::try_from(count).unwrap_or(limit) }
    }

    fn cover(&mut self, start: u32, end: u32, until: u32) {
        let (start, end) = (start as usize, end as usize);
        if self.free_from.len() < end {
            self.free_from.resize(end, 0);
        }
        self.free_from.iter_mut().take(end).skip(start).for_each(|free| *free = until);
    }

    fn end_group(&mut self) {
        let last = self.next_row.saturating_sub(1);
        let cells = self.table.cells_mut();
        let count = cells.len();
        for placed in cells.iter_mut().skip(self.group) {
            placed.region.end.row = placed.region.end.row.min(last);
        }
        self.group = count;
        self.free_from.clear();
    }
}

/// A span as browsers read it: at least 1, `0` is as far as it goes.
fn span(tag: &Tag<'_>, name: &str, limit: u32) -> u32 {
    let Some(value) = tag.attr(name) else { return 1 };
    let digits: String = value.trim().chars().take_while(char::is_ascii_digit).collect();
    match digits.parse::<u32>() {
        Ok(0) if name == "rowspan" => limit,
        Ok(count) => count.clamp(1, limit),
        Err(_) if digits.is_empty() => 1,
        Err(_) => limit,
    }
}

fn is_hidden(tag: &Tag<'_>) -> bool {
    let says_so = |style: &str| style.split(';').any(|rule| declaration(rule) == Some(("display", "none")));
    tag.attr("hidden").is_some() || tag.attr("style").is_some_and(|s| says_so(&s.to_ascii_lowercase()))
}

fn declaration(rule: &str) -> Option<(&str, &str)> {
    rule.split_once(':').map(|(name, value)| (name.trim(), value.trim()))
}

/// Elements whose white space shows as it is.
fn is_pre(name: &str) -> bool {
    matches!(name, "pre" | "textarea" | "listing")
}

/// Elements that begin and end on a line of their own.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "li"
            | "ul"
            | "ol"
            | "dl"
            | "dt"
            | "dd"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "hr"
            | "center"
            | "form"
            | "blockquote"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "address"
            | "fieldset"
            | "caption"
            | "body"
            | "option"
            | "pre"
            | "textarea"
            | "listing"
    )
}

impl Typing {
    fn of(tag: &Tag<'_>) -> Self {
        Self {
            // Excel's attribute and LibreOffice's.
            number: tag.attr("x:num").or_else(|| tag.attr("sdval")).map(str::to_owned),
            formula: tag.attr("x:fmla").map(|f| f.trim().trim_start_matches('=').to_owned()),
            format: tag
                .attr("style")
                .and_then(number_format)
                .or_else(|| tag.attr("sdnum").and_then(libre_format)),
            is_error: tag.attr("x:err").is_some(),
            is_bool: tag.attr("x:bool").is_some(),
        }
    }

    /// The cell, where the tag makes it more than its text.
    fn cell(self, blocks: &[Block]) -> Option<Cell> {
        let text = match blocks {
            [] => "",
            [Block::Line(line)] => &line.read(),
            _ => return None,
        };
        let value = self.value(text);
        if value.is_none() && self.formula.is_none() {
            return None;
        }
        let typed = || (!text.trim().is_empty()).then(|| Value::Text(text.to_owned()));
        Some(Cell { value: value.or_else(typed), formula: self.formula })
    }

    fn value(&self, text: &str) -> Option<Value> {
        if self.is_error || shown::is_error_name(text) {
            return Some(Value::Error(text.to_owned()));
        }
        if self.is_bool {
            return Some(Value::Bool(text.trim().eq_ignore_ascii_case("true")));
        }
        let format = self.format.as_deref().map(Form::of_code);
        let Some(stored) = &self.number else {
            // Only what the page shows: the format matters where the page shows bare digits.
            let form = format.filter(|f| *f != Form::Plain)?;
            return Some(form.value(plain_number(text)?));
        };
        let bare = stored.trim().is_empty();
        let number = if bare { plain_number(text)? } else { plain_number(stored)? };
        let form = match format {
            Some(form) if form != Form::Plain => form,
            _ if !bare && is_date(text) => Form::Date(DateForm::of_text(text)),
            _ => Form::of_text(number, text),
        };
        Some(form.value(number))
    }
}

/// Digits that are a number as they stand; `from_str` would take `1_000` as well.
fn plain_number(text: &str) -> Option<Decimal> {
    let digits = text.trim().replace(',', "");
    if digits.contains('_') {
        return None;
    }
    let parsed = if digits.contains(['e', 'E']) { None } else { digits.parse::<Decimal>().ok() };
    parsed.or_else(|| digits.parse::<f64>().ok().and_then(crate::number::from_f64))
}

/// Whether a text that stands for a number is a date: `2023年12月`, `2023-12-31`, `2023/12/31`.
fn is_date(text: &str) -> bool {
    let marks = text.trim().chars().skip(1).filter(|c| "-/年月日".contains(*c)).count();
    marks >= 2 && text.contains(|c: char| c.is_ascii_digit())
}

/// The format in `1033;0;0.00%`, behind the numbers of two languages.
fn libre_format(sdnum: &str) -> Option<String> {
    sdnum.splitn(3, ';').nth(2).map(str::to_owned)
}

/// The `mso-number-format` of a style, its CSS escapes undone.
fn number_format(style: &str) -> Option<String> {
    let at = style.to_ascii_lowercase().find("mso-number-format")?;
    let value = style.get(at..)?.split_once(':')?.1.trim_start();
    let quote = value.chars().next().filter(|c| "\"'".contains(*c));
    let raw = match quote {
        Some(quote) => value.get(1..)?.split(quote).next()?,
        None => value.split(';').next()?,
    };
    Some(unescape(raw.trim()))
}

/// `\0022` is the character of that hexadecimal number, `\@` the character itself.
fn unescape(css: &str) -> String {
    let mut out = String::new();
    let mut rest = css;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let digits = after.bytes().take(4).take_while(u8::is_ascii_hexdigit).count();
        let (hex, tail) = after.split_at(if digits == 4 { 4 } else { 0 });
        rest = tail;
        out.extend(u32::from_str_radix(hex, 16).ok().and_then(char::from_u32));
    }
    out.push_str(rest);
    out
}
