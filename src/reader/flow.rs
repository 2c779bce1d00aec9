//! A document's flow of paragraphs and tables to grids: what Word files and web pages have in common.

mod line;

pub use line::Line;

use std::collections::BTreeSet;
use std::ops::Range;

use crate::error::Cause;
use crate::grid::{Cell, CellRef, Grid, NOTES, Region};
use crate::reader::limits;

/// A piece of a document or of a cell.
pub enum Block {
    /// A paragraph.
    Line(Line),
    /// A table.
    Table(Table),
}

/// A table with every cell at its place.
#[derive(Default)]
pub struct Table {
    /// Not shown.
    pub hidden: bool,
    /// Rows not shown.
    pub hidden_rows: BTreeSet<u32>,
    /// Columns not shown.
    pub hidden_cols: BTreeSet<u32>,
    cells: Vec<Placed>,
    filled: usize,
    /// Filled cells of the tables inside.
    nested: usize,
}

/// A cell and the region it covers.
pub struct Placed {
    /// Where it stands.
    pub region: Region,
    /// What is in it.
    pub blocks: Vec<Block>,
    /// Its value or formula where that is more than the text.
    pub typed: Option<Cell>,
}

/// The cells of a whole document while it is read, blank ones too: each takes room.
#[derive(Default)]
pub struct Count(usize);

impl Count {
    /// Counts a cell.
    ///
    /// # Errors
    /// [`Cause::TooLarge`] for too many.
    pub fn cell(&mut self) -> Result<(), Cause> {
        self.0 += 1;
        if self.0 > limits::cells() {
            let most = limits::cells();
            return Err(limits::exceeded(format!("全部表格合计超过 {most} 个单元格，空白的也算")));
        }
        Ok(())
    }
}

impl Placed {
    fn is_filled(&self) -> bool {
        self.typed.is_some() || self.blocks.iter().any(|b| matches!(b, Block::Line(line) if !line.is_blank()))
    }
}

impl Table {
    /// Adds a cell; cells come by row, then column.
    pub fn push(&mut self, placed: Placed) {
        self.filled += usize::from(placed.is_filled());
        self.nested += placed.blocks.iter().map(Block::filled).sum::<usize>();
        if placed.region.is_merge() || !placed.blocks.is_empty() || placed.typed.is_some() {
            self.cells.push(placed);
        }
    }

    /// The cells added so far.
    pub fn cells_mut(&mut self) -> &mut [Placed] {
        &mut self.cells
    }

    /// Forgets about hidden columns beyond the cells; gives whether there are cells at all.
    pub fn trim(&mut self) -> bool {
        let used = self.cells.iter().map(|c| c.region.end.col + 1).max().unwrap_or(0);
        self.hidden_cols.split_off(&used);
        used > 0
    }

    /// Whether the table only lays out the page around the tables inside: they say more than itself.
    fn is_layout(&self) -> bool {
        self.nested > self.filled
    }

    /// The table as lines of text, one a row.
    fn lines(self) -> Vec<Line> {
        let mut rows: Vec<(u32, Vec<Line>)> = Vec::new();
        for placed in self.cells {
            let (row, text) = (placed.region.start.row, text_of(placed.blocks));
            match rows.last_mut() {
                _ if text.is_empty() => {}
                Some((last, line)) if *last == row => line.push(text),
                _ => rows.push((row, vec![text])),
            }
        }
        rows.into_iter().map(|(_, row)| Line::join(&row, " ")).collect()
    }
}

impl Block {
    fn filled(&self) -> usize {
        match self {
            Self::Line(_) => 0,
            Self::Table(table) => table.filled + table.nested,
        }
    }
}

fn text_of(blocks: Vec<Block>) -> Line {
    let mut lines = Vec::new();
    for block in blocks {
        match block {
            Block::Line(line) => lines.push(line),
            Block::Table(table) => lines.extend(table.lines()),
        }
    }
    if lines.len() == 1 { lines.pop().unwrap_or_default() } else { Line::join(&lines, "\n") }
}

/// One grid a table. The paragraphs before a table stand above it in column A, one a row, since the title and
/// the year usually stand there; those after the last table stand below it.
///
/// # Errors
/// [`Cause::TooLarge`].
pub fn grids(blocks: Vec<Block>) -> Result<Vec<Grid>, Cause> {
    let mut flow = Flow::default();
    blocks.into_iter().try_for_each(|block| flow.feed(block))?;
    flow.finish()
}

#[derive(Default)]
struct Flow {
    grids: Vec<Grid>,
    lines: Vec<String>,
    /// What is to be said of the lines.
    notes: Vec<String>,
}

impl Flow {
    fn feed(&mut self, block: Block) -> Result<(), Cause> {
        match block {
            Block::Line(line) => {
                let room = (NOTES + 1).saturating_sub(self.notes.len());
                self.notes.extend(line.notes("表格外").into_iter().take(room));
                self.lines
                    .extend(line.read().split('\n').filter(|l| !l.trim().is_empty()).map(str::to_owned));
                Ok(())
            }
            Block::Table(table) if table.is_layout() => {
                table.cells.into_iter().flat_map(|c| c.blocks).try_for_each(|b| self.feed(b))
            }
            Block::Table(table) if table.filled == 0 => Ok(()),
            Block::Table(table) => self.table(table),
        }
    }

    fn table(&mut self, table: Table) -> Result<(), Cause> {
        if self.grids.len() >= limits::sheets() {
            return Err(limits::exceeded(format!("表格超过 {} 张", limits::sheets())));
        }
        let mut grid = Grid::default();
        grid.hidden = table.hidden;
        self.notes.drain(..).for_each(|note| grid.note(note));
        let above = put_lines(&mut grid, 0, std::mem::take(&mut self.lines))?;
        grid.hidden_rows = table.hidden_rows.iter().map(|row| row + above).collect();
        grid.hidden_cols = table.hidden_cols;
        let (mut filled, mut merged) = (0, 0);
        for placed in table.cells {
            filled += usize::from(placed.is_filled());
            merged += usize::from(placed.region.is_merge());
            check(filled, limits::cells(), "个单元格")?;
            check(merged, limits::merges(), "个合并区域")?;
            put(&mut grid, above, placed)?;
        }
        self.grids.push(grid);
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<Grid>, Cause> {
        let lines = std::mem::take(&mut self.lines);
        if self.grids.is_empty() && !lines.is_empty() {
            self.grids.push(Grid::default());
        }
        if let Some(grid) = self.grids.last_mut() {
            self.notes.drain(..).for_each(|note| grid.note(note));
            let below = used_rows(grid);
            put_lines(grid, below, lines)?;
        }
        name(&mut self.grids);
        Ok(self.grids)
    }
}

/// Names the tables of a document of several 表1, 表2 and so on; a single one needs no name.
pub fn name(grids: &mut [Grid]) {
    if grids.len() > 1 {
        grids.iter_mut().zip(1..).for_each(|(grid, n)| grid.sheet = Some(format!("表{n}")));
    }
}

fn check(count: usize, limit: usize, what: &str) -> Result<(), Cause> {
    if count > limit { Err(limits::exceeded(format!("一张表超过 {limit} {what}"))) } else { Ok(()) }
}

fn put(grid: &mut Grid, above: u32, placed: Placed) -> Result<(), Cause> {
    let down = |at: CellRef| CellRef::new(at.row.saturating_add(above), at.col);
    let region = Region::new(down(placed.region.start), down(placed.region.end));
    grid.merge(region);
    let line = text_of(placed.blocks);
    line.notes(format_args!("单元格 {} ", region.start)).into_iter().for_each(|note| grid.note(note));
    let cell = placed.typed.unwrap_or_else(|| Cell::text(line.into_read()));
    let long = cell.value.as_ref().is_some_and(|v| v.shown().chars().nth(limits::TEXT_CHARS).is_some());
    if long {
        return Err(Cause::TooLarge(format!("一个单元格超过 {} 字", limits::TEXT_CHARS)));
    }
    grid.put(region.start, cell);
    Ok(())
}

/// Puts the lines from `row` on and gives the row after them; a line too long for a cell takes several.
fn put_lines(grid: &mut Grid, mut row: u32, lines: Vec<String>) -> Result<u32, Cause> {
    check(lines.len(), limits::cells(), "个段落")?;
    for line in lines {
        let mut rest = line.as_str();
        while !rest.is_empty() {
            let end = rest.char_indices().nth(limits::TEXT_CHARS).map_or(rest.len(), |(at, _)| at);
            let (piece, after) = rest.split_at(end);
            grid.put(CellRef::new(row, 0), Cell::text(piece));
            row += 1;
            rest = after;
        }
    }
    Ok(row)
}

/// The number of rows down to the last one that holds something.
fn used_rows(grid: &Grid) -> u32 {
    let last_cell = grid.cells().next_back().map(|(at, _)| at.row);
    grid.merges().iter().map(|m| m.end.row).chain(last_cell).max().map_or(0, |row| row.saturating_add(1))
}

/// Stretches of hidden rows as a sheet declares them, to be noted in the grid when it is complete.
#[derive(Default)]
pub struct HiddenRows(Vec<Range<u32>>);

impl HiddenRows {
    /// Adds a stretch below the ones before.
    pub fn push(&mut self, rows: Range<u32>) {
        let known = self.0.last().map_or(0, |last| last.end);
        if rows.end > known {
            self.0.push(rows.start.max(known)..rows.end);
        }
    }

    /// Programs hide the million unused rows at the end; only those down to the last used one are of interest.
    pub fn note_in(self, grid: &mut Grid) {
        let used = used_rows(grid);
        for rows in self.0 {
            grid.hidden_rows.extend(rows.start..rows.end.min(used));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(region: &str, blocks: Vec<Block>) -> Placed {
        Placed { region: region.parse().unwrap(), blocks, typed: None }
    }

    fn line(text: &str) -> Block {
        Block::Line(text.to_owned().into())
    }

    fn table(cells: Vec<Placed>) -> Table {
        let mut table = Table::default();
        for cell in cells {
            table.push(cell);
        }
        table
    }

    fn shown(grid: &Grid) -> Vec<String> {
        grid.cells().map(|(at, c)| format!("{at}={}", c.value.as_ref().unwrap().shown())).collect()
    }

    #[test]
    fn lines_stand_around_their_tables() {
        let first =
            table(vec![placed("A1:B1", vec![line("一"), line("二")]), placed("A2", vec![line("三")])]);
        let second = table(vec![placed("A1", vec![line("四")])]);
        let found = grids(vec![
            line("题\n \n年"),
            Block::Table(first),
            line("间"),
            Block::Table(second),
            Block::Table(table(vec![placed("A1", vec![line(" ")])])),
            line("尾"),
        ])
        .unwrap();
        let all: Vec<_> = found.iter().map(shown).collect();
        assert_eq!(all, [vec!["A1=题", "A2=年", "A3=一\n二", "A4=三"], vec!["A1=间", "A2=四", "A3=尾"]]);
        assert_eq!(found.first().unwrap().merges(), ["A3:B3".parse().unwrap()]);
        assert_eq!(found.last().unwrap().sheet.as_deref(), Some("表2"));
    }

    #[test]
    fn a_layout_table_gives_way_and_a_small_table_becomes_text() {
        let inner = || {
            table(vec![
                placed("A1", vec![line("a")]),
                placed("B1", vec![line("b")]),
                placed("A2", vec![line("c")]),
            ])
        };
        let wrapper = table(vec![placed("A1", vec![line("题")]), placed("A2", vec![Block::Table(inner())])]);
        let found = grids(vec![Block::Table(wrapper)]).unwrap();
        assert_eq!(shown(found.first().unwrap()), ["A1=题", "A2=a", "B2=b", "A3=c"]);
        let mut cells = vec![placed("A1", vec![line("前"), Block::Table(inner()), line("后")])];
        cells.extend(["B1", "C1", "D1"].map(|at| placed(at, vec![line("x")])));
        let found = grids(vec![Block::Table(table(cells))]).unwrap();
        assert_eq!(shown(found.first().unwrap()).first().unwrap(), "A1=前\na b\nc\n后");
    }
}
