//! A table's rows to cells in the columns that its header names.

mod header;

pub use header::{funding_header, indicator_header, sub_header};

use crate::form::{FundingColumn, IndicatorColumn, Target, target};
use crate::labels::{Labels, TableColumn};
use crate::number::{self, MoneyUnit};
use crate::text::{self, Wording};

use super::align::{self, Habit, Holds, Look, Piece, Placement, Slot};
use super::token::{Token, TokenRow};

/// A column of either table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Column {
    /// Of the funding block.
    Funding(FundingColumn),
    /// Of the indicator table.
    Indicator(TableColumn),
    /// The unit of the completed values, which stand left of it.
    ActualMeasure,
    /// One that is no field of ours, under its header.
    Other(String),
}

impl Column {
    /// The name people know; `None` for a column that is no field.
    pub const fn name(&self) -> Option<&'static str> {
        match self {
            Self::Funding(column) => Some(column.name()),
            Self::Indicator(TableColumn::Field(column)) => Some(column.name()),
            Self::Indicator(_) | Self::ActualMeasure | Self::Other(_) => None,
        }
    }

    const fn holds(&self) -> Holds {
        match self {
            Self::Funding(FundingColumn::Item) => Holds::Item,
            Self::Funding(FundingColumn::Rate) => Holds::Rate,
            Self::Funding(FundingColumn::Weight | FundingColumn::Score) => Holds::Points,
            Self::Funding(_) => Holds::Amount,
            Self::Indicator(TableColumn::Operator) => Holds::Operator,
            Self::Indicator(TableColumn::Measure) | Self::ActualMeasure | Self::Other(_) => Holds::Anything,
            Self::Indicator(TableColumn::Field(column)) => match column {
                IndicatorColumn::Level1 => Holds::Level1,
                IndicatorColumn::Level2 => Holds::Level2,
                IndicatorColumn::Level3 => Holds::Name,
                IndicatorColumn::Target => Holds::Target,
                IndicatorColumn::Actual => Holds::Actual,
                IndicatorColumn::Weight | IndicatorColumn::Score => Holds::Points,
                IndicatorColumn::Deviation => Holds::Prose,
            },
        }
    }
}

/// The columns of a table as its header has them.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Left to right.
    pub columns: Vec<Column>,
    /// Where each stands.
    pub slots: Vec<Slot>,
    /// Those whose headers nobody listed.
    pub guessed: Vec<usize>,
}

impl Table {
    /// The leftmost column of the sheet that belongs to the table.
    pub fn left(&self) -> u32 {
        self.slots.first().map_or(0, |slot| slot.left)
    }

    /// Where `column` is, if the table has it.
    pub fn index(&self, column: &Column) -> Option<usize> {
        self.columns.iter().position(|c| c == column)
    }

    /// The column whose header, which nobody listed, begins in that column of the sheet.
    pub fn guessed_at(&self, col: u32) -> Option<&Column> {
        let index =
            self.guessed.iter().find(|index| self.slots.get(**index).is_some_and(|slot| slot.left == col));
        self.columns.get(*index?)
    }

    /// The habit of rows that say nothing.
    pub fn no_habit(&self) -> Habit {
        vec![None; self.slots.len()]
    }
}

/// A row's cells in their columns.
#[derive(Debug, Clone)]
pub struct Placed {
    /// For each token of the row its column.
    pub placement: Placement,
    /// Distances from the columns, by token.
    pub shifts: Vec<(usize, i64)>,
}

impl Placed {
    /// Whether some cell stood outside its column.
    pub fn is_slid(&self) -> bool {
        self.shifts.iter().any(|(_, shift)| *shift != 0)
    }
}

/// Places a row's tokens; a row with no clear answer keeps its cells where they lie.
pub fn place(tokens: &[Token<'_>], table: &Table, habit: &Habit, labels: &Labels) -> Placed {
    let pieces: Vec<Piece> = tokens.iter().map(|t| Piece { col: t.col(), look: look(t, labels) }).collect();
    let placement = align::place(&pieces, &table.slots, habit);
    let shifts = align::shifts(&pieces, &table.slots, &placement);
    Placed { placement, shifts }
}

/// Each token where it lies.
pub fn leave(tokens: &[Token<'_>], table: &Table, labels: &Labels) -> Placed {
    let pieces: Vec<Piece> = tokens.iter().map(|t| Piece { col: t.col(), look: look(t, labels) }).collect();
    Placed { placement: align::by_position(&pieces, &table.slots), shifts: Vec::new() }
}

/// What a token looks like.
fn look(token: &Token<'_>, labels: &Labels) -> Look {
    let text = &token.text;
    let folded = text.folded();
    let (operator, rest) = target::split_operator(&folded);
    let (level1, level2, number) = (labels.is_level1(text), labels.is_level2(text), token.is_points());
    let is_value = !level1 && !level2; // `1.数量指标` is no number with a unit
    Look {
        level1,
        pointed: level1 && text::points_in_label(text).is_some(),
        level2,
        level_like: text.key().ends_with("指标"),
        item: labels.funding_item(text).is_some() || labels.is_funding_part(text),
        number,
        grade: !number && labels.is_grade(text),
        percent: !number && number::rate(text).is_some(),
        money: !number && number::amount(text, MoneyUnit::WanYuan).is_some(),
        operator: (operator.is_some() && rest.is_empty()) || labels.is_nature(text),
        compared: operator.is_some() && !rest.is_empty(),
        quantity: is_value
            && ((operator.is_some() && !rest.is_empty()) || (!number && Target::parse(text).is_some())),
        blank: labels.is_blank(text),
    }
}

/// Notes in the columns of levels how many of the words that stand in them are listed ones.
pub fn learn_levels(table: &mut Table, rows: &[Vec<Token<'_>>], labels: &Labels) {
    for slot in table.slots.iter_mut().filter(|s| matches!(s.holds, Holds::Level1 | Holds::Level2)) {
        let level1 = slot.holds == Holds::Level1;
        let words = rows.iter().flatten().filter(|t| t.col() == slot.left && !labels.is_blank(&t.text));
        let (mut listed, mut pointed, mut all) = (0_u32, 0_u32, 0_u32);
        for word in words {
            let known = if level1 { labels.is_level1(&word.text) } else { labels.is_level2(&word.text) };
            listed += u32::from(known || word.text.key().ends_with("指标"));
            pointed += u32::from(known && text::points_in_label(&word.text).is_some());
            all += 1;
        }
        let share = |count: u32| if all == 0 { 0.0 } else { f64::from(count) / f64::from(all) };
        slot.listed = share(listed);
        // One alone is a level 1 that slid here.
        slot.pointed = if pointed > 1 { share(pointed) } else { 0.0 };
    }
}

/// How often each column is filled in rows that need no moving.
pub fn habit<'a>(rows: impl Iterator<Item = &'a [Token<'a>]>, table: &Table, labels: &Labels) -> Habit {
    let mut filled = vec![0_u32; table.slots.len()];
    let mut count = 0_u32;
    for tokens in rows.filter(|tokens| tokens.len() >= 3) {
        let placed = place(tokens, table, &table.no_habit(), labels);
        if placed.is_slid() || placed.placement.slots.contains(&None) {
            continue;
        }
        count += 1;
        for slot in placed.placement.slots.iter().flatten() {
            if let Some(times) = filled.get_mut(*slot) {
                *times += 1;
            }
        }
    }
    let share = |times: &u32| (count > 0).then(|| (f64::from(*times) + 0.5) / (f64::from(count) + 1.0));
    filled.iter().map(share).collect()
}
