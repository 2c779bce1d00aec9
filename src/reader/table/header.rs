//! A header of one or two rows to the columns of its table.

use std::collections::HashMap;

use super::{Column, Slot, Table, Token, TokenRow};
use crate::form::{FundingColumn, IndicatorColumn};
use crate::labels::{Labels, TableColumn};
use crate::reader::token;
use crate::text::Wording;

/// Cells of a row beyond which it is looked at alone: no header of two rows has as many.
const WIDEST: usize = 256;

/// The second row of the header that begins with `row`: nothing but headers, or words that part the wider ones above.
pub fn sub_header<'r, 't>(
    row: &TokenRow<'t>,
    below: &'r [TokenRow<'t>],
    labels: &Labels,
) -> Option<&'r TokenRow<'t>> {
    let sub = below.first().filter(|sub| row.tokens.len().max(sub.tokens.len()) <= WIDEST)?;
    let is_known = |t: &Token<'_>| labels.indicator(&t.text).is_some() || labels.funding(&t.text).is_some();
    let is_block = |t: &Token<'_>| labels.is_indicator_block(&t.text) || labels.is_funding_block(&t.text);
    let own = || sub.tokens.iter().filter(|t| is_known(t) || !is_block(t));
    let has_known = row.tokens.iter().any(is_known);
    let is_head = |label: &str| labels.head(label).is_some();
    let is_of_head = |t: &Token<'_>| is_head(&t.text) || token::split_inline(&t.text, is_head).is_some();
    // A line of the head may have one word that heads columns too; a header may have one that stands in the head.
    if row.tokens.iter().any(is_of_head) && row.tokens.iter().filter(|t| is_known(t)).count() < 3 {
        return None;
    }
    if !(has_known || row.tokens.iter().filter(|t| is_wide(t)).count() > 1)
        || !own().any(is_known)
        || own().any(Token::is_number)
    {
        return None;
    }
    // Both rows speak of the same table.
    let is_one = |known: &dyn Fn(&Token<'_>) -> bool| row.tokens.iter().any(known) && own().all(known);
    let goes_on =
        is_one(&|t| labels.indicator(&t.text).is_some()) || is_one(&|t| labels.funding(&t.text).is_some());
    (goes_on || is_parted(row, &own().collect::<Vec<_>>(), has_known, labels)).then_some(sub)
}

/// Whether the words `below` all stand under wider ones that gather them.
fn is_parted(row: &TokenRow<'_>, below: &[&Token<'_>], has_known: bool, labels: &Labels) -> bool {
    let gather = |above: &&Token<'_>| is_wide(above) && below.iter().any(|t| spans(above, t));
    let wide: Vec<&Token<'_>> = row.tokens.iter().filter(gather).collect();
    let are_below = below.iter().all(|t| wide.iter().any(|above| spans(above, t)));
    // One alone over all is a title.
    let are_groups = || wide.len() > 1 && wide.iter().all(|t| labels.is_group(&t.text));
    are_below && (has_known || are_groups())
}

/// The funding columns that a header names, those of the form's `year` if it is known; `None` if it is none.
pub fn funding_header(
    row: &TokenRow<'_>,
    sub: Option<&TokenRow<'_>>,
    labels: &Labels,
    year: Option<u16>,
) -> Option<Table> {
    let money = |t: &Token<'_>| labels.funding(&t.text).filter(|column| is_money(*column));
    let cells = || row.tokens.iter().chain(sub.iter().flat_map(|sub| &sub.tokens));
    cells().find_map(money)?;
    let tokens = joined(row, sub, |t| labels.funding(&t.text).is_some());
    let mut kinds: Vec<_> = tokens.iter().filter_map(|t| money(t)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let block =
        row.tokens.iter().any(|t| labels.is_funding_block(&t.text) && labels.funding(&t.text).is_none());
    if kinds.len() < if block { 1 } else { 2 } || row.tokens.iter().any(Token::is_number) {
        return None;
    }
    let mut header = Header { year, ..Header::default() };
    let items = row.tokens.iter().find(|t| labels.is_funding_item_header(&t.text));
    let first = first_column(row, &tokens, items, labels)?;
    let item_left = items.filter(|t| t.col() < first).map_or_else(|| item_left(row, first), Token::col);
    header.columns.push(Heading::items(item_left, first.saturating_sub(1)));
    for token in tokens.into_iter().filter(|t| t.col() >= first) {
        header.add(token, labels.funding(&token.text).map(Column::Funding));
    }
    Some(header.table(
        |text| labels.funding_rank(text),
        |key, is_free| {
            labels.like_funding(key, |column| is_free(Column::Funding(column))).map(Column::Funding)
        },
    ))
}

const fn is_money(column: FundingColumn) -> bool {
    use FundingColumn::{Budget, Executed, Initial, Rate};
    matches!(column, Initial | Budget | Executed | Rate)
}

/// Where the columns behind the names of the rows begin: at the first known one of money; before it every word heads a
/// column that stands behind the header of the names, or behind room for them beside the block's label.
fn first_column(
    row: &TokenRow<'_>,
    tokens: &[&Token<'_>],
    items: Option<&Token<'_>>,
    labels: &Labels,
) -> Option<u32> {
    let block = row.tokens.iter().find(|t| labels.is_funding_block(&t.text));
    let is_column = |t: &Token<'_>| {
        let is_behind = |before: Option<&Token<'_>>, room| {
            before.is_some_and(|before| t.col() > before.region.end.col + room)
        };
        let known = labels.funding(&t.text);
        let is_like = || labels.like_funding(&t.text.key(), is_money).is_some();
        let may_have_room = block.is_some_and(is_wide) || known.is_some();
        known.is_some_and(is_money)
            || is_behind(items, 0)
            || (is_behind(block, 0) && is_like())
            || (is_behind(block, 1) && may_have_room)
    };
    let is_items =
        |t: &Token<'_>| labels.is_funding_item_header(&t.text) && labels.funding(&t.text).is_none();
    tokens.iter().find(|t| !is_items(t) && is_column(t)).map(|t| t.col())
}

/// Items stand between the block's label and the first amount.
fn item_left(row: &TokenRow<'_>, first: u32) -> u32 {
    let before = row.tokens.iter().filter(|t| t.col() < first).map(|t| t.region.end.col).max();
    before.map_or(first.saturating_sub(1), |end| (end + 1).min(first.saturating_sub(1)))
}

/// The indicator columns that a header names, those of the form's `year` if it is known.
pub fn indicator_header(
    row: &TokenRow<'_>,
    sub: Option<&TokenRow<'_>>,
    labels: &Labels,
    year: Option<u16>,
) -> Table {
    let tokens = joined(row, sub, |t| labels.indicator(&t.text).is_some());
    let first_own = tokens.iter().position(|t| labels.indicator(&t.text).is_some()).unwrap_or(0);
    let mut header = Header { year, ..Header::default() };
    for token in tokens.into_iter().skip(first_own) {
        header.add(token, labels.indicator(&token.text).map(Column::Indicator));
    }
    header.table(
        |text| labels.indicator_rank(text),
        |key, is_free| {
            labels.like_indicator(key, |column| is_free(Column::Indicator(column))).map(Column::Indicator)
        },
    )
}

/// The tokens of both rows, left to right, without those that only gather the ones below.
fn joined<'r, 't>(
    row: &'r TokenRow<'t>,
    sub: Option<&'r TokenRow<'t>>,
    is_known: impl Fn(&Token<'t>) -> bool,
) -> Vec<&'r Token<'t>> {
    let below = sub.map_or(&[][..], |sub| &sub.tokens);
    let gathers = |t: &Token<'t>| {
        let is_parted = is_wide(t) && below.iter().any(|other| spans(t, other));
        // Without its merge such a word stands over the first of those that it gathers.
        is_parted || below.iter().any(|other| is_known(other) && other.col() == t.col())
    };
    let mut tokens: Vec<_> = row.tokens.iter().filter(|t| !gathers(t)).chain(below).collect();
    tokens.sort_by_key(|t| t.col());
    tokens
}

const fn is_wide(token: &Token<'_>) -> bool {
    token.region.end.col > token.region.start.col
}

fn spans(above: &Token<'_>, token: &Token<'_>) -> bool {
    (above.region.start.col..=above.region.end.col).contains(&token.col())
}

/// A header that is read from left to right.
#[derive(Debug, Default)]
struct Header {
    columns: Vec<Heading>,
    /// The form's.
    year: Option<u16>,
}

/// A column with the words over it, as they stand and as they are looked up.
#[derive(Debug)]
struct Heading {
    column: Column,
    words: String,
    key: String,
    left: u32,
    right: u32,
}

/// How clearly a header speaks of its kind, the clearest first: by its word, by its year, by its place.
type Order = (usize, Option<u16>, bool);

impl Heading {
    const fn is_known(&self) -> bool {
        !matches!(self.column, Column::Other(_))
    }

    /// The column of the names of the funding rows, over which nothing need stand.
    const fn items(left: u32, right: u32) -> Self {
        let column = Column::Funding(FundingColumn::Item);
        Self { column, words: String::new(), key: String::new(), left, right }
    }
}

impl Header {
    fn add(&mut self, token: &Token<'_>, known: Option<Column>) {
        let (key, region) = (token.text.key().into_owned(), token.region);
        let column = known.unwrap_or_else(|| Column::Other(key.clone()));
        let is_repeated = |last: &Heading| last.column == column && last.words == *token.text.folded();
        if let Some(last) = self.columns.last_mut().filter(|last| is_repeated(last)) {
            last.right = region.end.col; // a merge that was filled
        } else {
            let words = token.text.folded().into_owned();
            let (left, right) = (region.start.col, region.end.col);
            self.columns.push(Heading { column, words, key, left, right });
        }
    }

    /// The columns, each kind of field once; `rank` says which of several words for one speaks of it most clearly, and
    /// `like` what one could be that nobody listed, of the columns that are free.
    fn table(
        mut self,
        rank: impl Fn(&str) -> usize,
        like: impl Fn(&str, &dyn Fn(Column) -> bool) -> Option<Column>,
    ) -> Table {
        self.part_measures();
        let best = self.best(rank);
        for (index, heading) in self.columns.iter_mut().enumerate() {
            if best.get(&heading.column).is_some_and(|(_, best)| *best != index) {
                heading.column = Column::Other(heading.key.clone());
            }
        }
        let guessed = self.guess(|key| like(key, &|column| !best.contains_key(&column)));
        self.close_gaps();
        let slot = |heading: &Heading| {
            let holds = heading.column.holds();
            Slot { holds, left: heading.left, right: heading.right, listed: 0.0, pointed: 0.0 }
        };
        let slots = self.columns.iter().map(slot).collect();
        let columns = self.columns.into_iter().map(|heading| heading.column).collect();
        Table { columns, slots, guessed }
    }

    /// Takes headers that nobody listed for the free columns that they could be, where no second one could be the same;
    /// gives those.
    fn guess(&mut self, like: impl Fn(&str) -> Option<Column>) -> Vec<usize> {
        let unlisted = self.columns.iter().enumerate().filter(|(_, heading)| !heading.is_known());
        let mut could_be: HashMap<Column, Vec<usize>> = HashMap::new();
        for (index, heading) in unlisted.take(WIDEST) {
            if let Some(column) = like(&heading.key) {
                could_be.entry(column).or_default().push(index);
            }
        }
        let mut guessed = Vec::new();
        for (column, indexes) in could_be {
            if let [index] = indexes[..]
                && let Some(heading) = self.columns.get_mut(index)
            {
                heading.column = column;
                guessed.push(index);
            }
        }
        guessed.sort_unstable();
        guessed
    }

    /// A second column of units right of the completed values is theirs.
    fn part_measures(&mut self) {
        let measure = Column::Indicator(TableColumn::Measure);
        let actual = Column::Indicator(TableColumn::Field(IndicatorColumn::Actual));
        let (mut seen, mut before) = (false, None);
        for heading in &mut self.columns {
            let is_measure = heading.column == measure;
            if is_measure && seen && before.as_ref() == Some(&actual) {
                heading.column = Column::ActualMeasure;
            }
            seen |= is_measure;
            before = Some(heading.column.clone());
        }
    }

    /// Which of the columns of each kind is the one: that of the clearest words, of several such that of the year nearest to
    /// the form's, or of the latest, and then the first behind the name of the indicator (`一级指标 | 分值 | 二级指标 | 分值 | 三级指标 | 分值`).
    fn best(&self, rank: impl Fn(&str) -> usize) -> HashMap<Column, (Order, usize)> {
        let name = Column::Indicator(TableColumn::Field(IndicatorColumn::Level3));
        let name = self.columns.iter().position(|heading| heading.column == name).unwrap_or(0);
        let wanted = self.year.unwrap_or(u16::MAX);
        let year = |key: &str| key.get(..4)?.parse::<u16>().ok().map(|year| year.abs_diff(wanted));
        let mut best = HashMap::new();
        for (index, heading) in self.columns.iter().enumerate().filter(|(_, heading)| heading.is_known()) {
            let this = ((rank(&heading.key), year(&heading.key), index < name), index);
            best.entry(heading.column.clone()).and_modify(|best| *best = this.min(*best)).or_insert(this);
        }
        best
    }

    /// Widens each column to the next: without merges a header stands only in the first column of its own.
    fn close_gaps(&mut self) {
        let lefts: Vec<u32> = self.columns.iter().map(|heading| heading.left).skip(1).collect();
        for (heading, next) in self.columns.iter_mut().zip(lefts) {
            heading.right = heading.right.max(next.saturating_sub(1));
        }
    }
}
