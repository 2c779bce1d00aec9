//! The cells of a slid row to the columns they belong to: a minimum-cost assignment that keeps their order.
//!
//! Page breaks and lost merges push a row's cells to the left or right. What a column may hold (closed words for
//! the levels, numbers for points) and how the cells moved together says where each belongs:
//!
//! ```text
//! header    绩效指标 一级指标 二级指标 三级指标    年度指标值 实际完成值 分值 得分
//! a row              管理费            =30000元                     0
//! belongs                             管理费      =30000元               0      (-2, -1, -1)
//! ```
//!
//! Every way to place the cells in order is priced; the cheapest wins if it is clearly cheaper than the next.

/// What a column may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Level 1 words.
    Level1,
    /// Level 2 words.
    Level2,
    /// The name of an indicator.
    Name,
    /// A target: best a quantity, but words too.
    Target,
    /// A completed value: anything.
    Actual,
    /// Points.
    Points,
    /// An amount of money.
    Amount,
    /// A rate.
    Rate,
    /// An operator alone.
    Operator,
    /// The name of a funding item.
    Item,
    /// Prose.
    Prose,
    /// A column that is no field of ours.
    Anything,
}

/// A column of the table.
#[derive(Debug, Clone, Copy)]
pub struct Slot {
    /// What it may hold.
    pub holds: Holds,
    /// Its first column on the sheet.
    pub left: u32,
    /// Its last column on the sheet.
    pub right: u32,
    /// Of a column of levels: how many of the words in it are listed ones, 0 to 1.
    pub listed: f64,
    /// Of a column of levels: how many of them have points printed, 0 to 1.
    pub pointed: f64,
}

/// What a cell's text looks like.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent looks of one text, each priced by itself")]
pub struct Look {
    /// A level 1 word.
    pub level1: bool,
    /// A level 1 word with points printed, which level 2 seldom has.
    pub pointed: bool,
    /// A level 2 word.
    pub level2: bool,
    /// Ends in 指标: a level word that nobody listed.
    pub level_like: bool,
    /// The name of a funding item.
    pub item: bool,
    /// A bare number or points, an error, a formula.
    pub number: bool,
    /// A word for points: 满分, 二十.
    pub grade: bool,
    /// A number with a per cent sign.
    pub percent: bool,
    /// A number with a unit of money.
    pub money: bool,
    /// An operator alone.
    pub operator: bool,
    /// A number with an operator or a unit: a value.
    pub quantity: bool,
    /// A number or a word behind an operator: what a target has, and a completed value seldom.
    pub compared: bool,
    /// A sign for "empty", at home nearly everywhere.
    pub blank: bool,
}

/// A cell to place.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    /// Its column on the sheet.
    pub col: u32,
    /// What it looks like.
    pub look: Look,
}

/// How often a column is filled in the rows that did not slide, 0 to 1; `None` if no row says.
pub type Habit = Vec<Option<f64>>;

/// Where the cells belong.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// For each cell its column, `None` for a cell that belongs to none.
    pub slots: Vec<Option<usize>>,
    /// The price of this placement.
    pub cost: f64,
    /// How much more the next best placement costs.
    pub margin: f64,
}

impl Placement {
    /// How clear the choice is, 0 (a toss-up) to 1.
    pub fn confidence(&self) -> f64 {
        (self.margin / (self.margin + 1.0)).clamp(0.0, 1.0)
    }
}

/// A cell a column away from its place, where the cell before it stands as far away: rows move as a whole.
const STEP: f64 = 0.4;
/// A cell inside a wide column, but not at its start.
const INSIDE: f64 = 0.2;
/// A row whose first cell moved, per column.
const START: f64 = 1.0;
/// Two neighbours that moved by different distances, per column of difference.
const BREAK: f64 = 1.6;
/// A cell that belongs to no column.
const UNPLACED: f64 = 9.0;
/// A cell to the right of the table that belongs to no column: more than moving with its row, less than moving alone.
const BESIDE: f64 = 1.3;
/// Against the habit of the rows that did not slide: this many times the surprise (−ln of its likelihood).
const HABIT: f64 = 1.2;
/// The least likelihood that a habit leaves to its contrary.
const UNLIKELY: f64 = 0.05;
/// A target whose indicator has no name.
const NAMELESS: f64 = 5.0;
/// A level 2 word that stands in the column of levels 2 and leaves it alone.
const SETTLED: f64 = 6.0;
/// A level word that nobody listed, exactly where the level stands, and anywhere else.
const UNLISTED: (f64, f64) = (2.0, 8.0);
/// The same more where all other words of that column are listed ones.
const CLOSED: f64 = 4.0;
/// Below this margin a placement that moves cells is left to a person.
pub const CLEAR: f64 = 0.45;
/// Cells beyond this number are not a row of this table; they are placed by position alone.
const MOST_CELLS: usize = 16;

/// Places `pieces` (left to right) on `slots` (left to right).
pub fn place(pieces: &[Piece], slots: &[Slot], habit: &Habit) -> Placement {
    if pieces.len() > MOST_CELLS || slots.is_empty() {
        return by_position(pieces, slots);
    }
    let as_it_lies = by_position(pieces, slots);
    if is_plain(pieces, slots, &as_it_lies) {
        return as_it_lies;
    }
    let mut search = Search { pieces, slots, habit, chosen: Vec::new(), best: None, second: f64::INFINITY };
    search.descend(0, 0, 0.0, None);
    let cost = search.best.as_ref().map_or(f64::INFINITY, |(cost, _)| *cost);
    match search.best {
        Some((_, chosen)) => Placement { slots: chosen, cost, margin: search.second - cost },
        None => by_position(pieces, slots),
    }
}

/// Which of the columns of a table, left to right, is over a column of the sheet.
pub fn slot_at(slots: &[Slot], col: u32) -> Option<usize> {
    let index = slots.partition_point(|slot| slot.left <= col).checked_sub(1)?;
    slots.get(index).filter(|slot| col <= slot.right).map(|_| index)
}

/// Each cell in the column it stands in.
pub fn by_position(pieces: &[Piece], slots: &[Slot]) -> Placement {
    let mut taken = vec![false; slots.len()];
    let mut places = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let free = slot_at(slots, piece.col).filter(|slot| !taken.get(*slot).copied().unwrap_or(true));
        if let Some(mark) = free.and_then(|slot| taken.get_mut(slot)) {
            *mark = true;
        }
        places.push(free);
    }
    Placement { slots: places, cost: 0.0, margin: f64::INFINITY }
}

/// Whether every cell stands at the start of its column and fits there: nothing to think about.
fn is_plain(pieces: &[Piece], slots: &[Slot], placement: &Placement) -> bool {
    let at_home = |(piece, slot): (&Piece, &Option<usize>)| {
        slot.and_then(|index| slots.get(index))
            .is_some_and(|slot| piece.col == slot.left && misfit(piece.look, slot, piece.col) < 1.0)
    };
    let filled =
        |holds| slots.iter().zip(0..).any(|(s, i)| s.holds == holds && placement.slots.contains(&Some(i)));
    pieces.iter().zip(&placement.slots).all(at_home) && (filled(Holds::Name) || !filled(Holds::Target))
}

/// For each placed cell its index and how far it stands from its column (-1: one to the left).
pub fn shifts(pieces: &[Piece], slots: &[Slot], placement: &Placement) -> Vec<(usize, i64)> {
    let placed = placement.slots.iter().enumerate().filter_map(|(i, slot)| Some((i, slots.get((*slot)?)?)));
    placed.filter_map(|(i, slot)| Some((i, shift(pieces.get(i)?.col, slot)))).collect()
}

fn shift(col: u32, slot: &Slot) -> i64 {
    if col < slot.left {
        i64::from(col) - i64::from(slot.left)
    } else {
        i64::from(col.saturating_sub(slot.right))
    }
}

/// A depth-first search over the placements that keep the cells' order, cut where it cannot win any more.
struct Search<'a> {
    pieces: &'a [Piece],
    slots: &'a [Slot],
    habit: &'a Habit,
    chosen: Vec<Option<usize>>,
    best: Option<(f64, Vec<Option<usize>>)>,
    second: f64,
}

impl Search<'_> {
    fn descend(&mut self, piece: usize, first_slot: usize, cost: f64, last_shift: Option<i64>) {
        if cost >= self.second {
            return;
        }
        let Some(current) = self.pieces.get(piece).copied() else {
            return self.finish(cost);
        };
        for index in first_slot..self.slots.len() {
            let Some(slot) = self.slots.get(index).copied() else { return };
            let moved = shift(current.col, &slot);
            #[expect(clippy::cast_precision_loss, reason = "columns of a sheet")]
            let bend =
                last_shift.map_or(moved.abs() as f64 * START, |last| (last - moved).abs() as f64 * BREAK);
            let price = step_cost(current, &slot)
                + misfit(current.look, &slot, current.col)
                + bend
                + self.left_alone(piece, moved);
            self.chosen.push(Some(index));
            self.descend(piece + 1, index + 1, cost + price, Some(moved));
            self.chosen.pop();
        }
        self.chosen.push(None);
        self.descend(piece + 1, first_slot, cost + self.unplaced(current), last_shift);
        self.chosen.pop();
    }

    fn finish(&mut self, cost: f64) {
        let cost = cost + self.against_habit();
        match &self.best {
            Some((best, _)) if cost >= *best => self.second = self.second.min(cost),
            _ => {
                self.second = self.best.take().map_or(f64::INFINITY, |(cost, _)| cost);
                self.best = Some((cost, self.chosen.clone()));
            }
        }
    }

    /// The price of a cell that stays where the one before it left: a word that can only be a level 2, from where those
    /// stand. Such a row has not slid, its indicator has no name.
    fn left_alone(&self, piece: usize, moved: i64) -> f64 {
        let Some((before, place)) =
            piece.checked_sub(1).and_then(|i| self.pieces.get(i).zip(self.chosen.get(i)))
        else {
            return 0.0;
        };
        let place = place.and_then(|place| self.slots.get(place));
        let is_home = |slot: &Slot| slot.holds == Holds::Level2 && slot.left == before.col;
        let left = before.look.level2
            && !before.look.level1
            && self.slots.iter().any(is_home)
            && place.is_none_or(|place| place.holds != Holds::Level2);
        if left && moved == 0 { SETTLED } else { 0.0 }
    }

    /// A note beside the table is no part of it; anything within should have a place, and so should a rate beside a
    /// table that has a column of rates.
    fn unplaced(&self, piece: Piece) -> f64 {
        let right = self.slots.last().map_or(0, |slot| slot.right);
        let has_rates = self.slots.iter().any(|slot| slot.holds == Holds::Rate);
        match piece.look {
            look if look.level1 || look.level2 => 2.0 * UNPLACED,
            look if look.percent && has_rates => UNPLACED,
            _ if piece.col > right => BESIDE,
            _ => UNPLACED,
        }
    }

    /// What the placement leaves empty or fills against the rows that did not slide.
    fn against_habit(&self) -> f64 {
        let usual =
            |slot: &Slot| matches!(slot.holds, Holds::Points | Holds::Name | Holds::Target | Holds::Actual);
        let columns = self.slots.iter().zip(self.habit).enumerate().filter(|(_, (slot, _))| usual(slot));
        let unusual: f64 = columns
            .filter_map(|(index, (_, habit))| {
                let filled = if self.chosen.contains(&Some(index)) { 1.0 } else { 0.0 };
                habit.map(|usual| (1.0 - f64::abs(usual - filled)).max(UNLIKELY).ln() * -HABIT)
            })
            .sum();
        let nameless = self.fills(Holds::Target) && !self.fills(Holds::Name);
        unusual + if nameless { NAMELESS } else { 0.0 }
    }

    /// Whether the placement fills a column that holds that with more than a sign for "empty".
    fn fills(&self, holds: Holds) -> bool {
        let placed = self.pieces.iter().zip(&self.chosen).filter(|(piece, _)| !piece.look.blank);
        placed.filter_map(|(_, slot)| self.slots.get((*slot)?)).any(|slot| slot.holds == holds)
    }
}

fn step_cost(piece: Piece, slot: &Slot) -> f64 {
    let away = shift(piece.col, slot);
    if away == 0 {
        return if piece.col == slot.left { 0.0 } else { INSIDE };
    }
    #[expect(clippy::cast_precision_loss, reason = "columns of a sheet")]
    let steps = away.unsigned_abs() as f64;
    steps * STEP
}

/// The price of a text in a column that is not made for it.
#[expect(clippy::match_same_arms, reason = "a table by column, each with its own prices")]
fn misfit(look: Look, slot: &Slot, col: u32) -> f64 {
    let counts = look.number || look.percent || look.money;
    match slot.holds {
        holds if look.blank => blank_misfit(holds),
        Holds::Level1 | Holds::Level2 => level_misfit(look, slot, col),
        Holds::Item if look.item => 0.0,
        Holds::Item if counts => 30.0,
        Holds::Item | Holds::Anything => 0.5,
        Holds::Name => name_misfit(look),
        Holds::Target | Holds::Actual if look.pointed => 6.0,
        Holds::Target | Holds::Actual if look.level2 => 2.0,
        Holds::Target if look.quantity => 0.0,
        Holds::Target if look.number => 0.8,
        Holds::Target => 0.3,
        Holds::Actual if look.compared => 0.6,
        Holds::Actual => 0.0,
        Holds::Points if look.number => 0.0,
        // It is no number to count with, but nowhere else more at home.
        Holds::Points if look.grade && (slot.left..=slot.right).contains(&col) => 0.0,
        Holds::Amount if look.number || look.money => 0.0,
        Holds::Rate if look.number || look.percent => 0.0,
        Holds::Points | Holds::Amount | Holds::Rate if counts => 6.0,
        // What is no number but stands exactly where one belongs is a number that nobody can read.
        Holds::Points | Holds::Amount | Holds::Rate if (slot.left..=slot.right).contains(&col) => 7.0,
        Holds::Points | Holds::Amount | Holds::Rate => 12.0,
        Holds::Operator if look.operator => 0.0,
        Holds::Operator if look.number || look.quantity => 8.0,
        // Words may stand there (whether it is a quantity at all), but no word slides there.
        Holds::Operator if (slot.left..=slot.right).contains(&col) => 0.8,
        Holds::Operator => 4.0,
        Holds::Prose if counts && (slot.left..=slot.right).contains(&col) => 6.0,
        Holds::Prose if counts => 12.0, // no number moves to the reasons
        Holds::Prose if look.quantity => 3.0,
        Holds::Prose => 0.0,
    }
}

/// Levels hold a closed set of words; another word may be one nobody listed, most likely where it stands exactly.
fn level_misfit(look: Look, slot: &Slot, col: u32) -> f64 {
    let level1 = slot.holds == Holds::Level1;
    match look {
        _ if look.number || look.quantity || look.money || look.percent => 30.0,
        _ if look.pointed && !level1 => 8.0 * (1.0 - slot.pointed),
        _ if if level1 { look.level1 } else { look.level2 } => 0.0,
        _ if level1 && look.level2 => 8.0,
        _ if look.level_like => 1.5,
        _ if look.level1 && col == slot.left => UNLISTED.0,
        _ if col == slot.left => UNLISTED.0 + CLOSED * slot.listed,
        _ => UNLISTED.1,
    }
}

/// A sign for "empty" stands where values stand, hardly where names do.
fn blank_misfit(holds: Holds) -> f64 {
    match holds {
        Holds::Level1 | Holds::Level2 | Holds::Name | Holds::Item => 1.5,
        _ => 0.0,
    }
}

fn name_misfit(look: Look) -> f64 {
    if look.pointed || look.number || look.percent || look.money {
        8.0
    } else if look.operator || look.quantity {
        7.0
    } else if look.level2 || look.level1 {
        2.0
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The usual table: level 1, level 2, a name two columns wide, target, completed value, points, score, reason.
    const TABLE: [(Holds, u32, u32); 8] = [
        (Holds::Level1, 1, 1),
        (Holds::Level2, 2, 2),
        (Holds::Name, 3, 4),
        (Holds::Target, 5, 5),
        (Holds::Actual, 6, 6),
        (Holds::Points, 7, 7),
        (Holds::Points, 8, 8),
        (Holds::Prose, 9, 9),
    ];

    /// Cells as letters: 1 level 1, P level 1 with points, 2 level 2, n words, q quantity, 0 number, `.` nothing.
    fn pieces(row: &str) -> Vec<Piece> {
        let look = |c| match c {
            '1' => Look { level1: true, level_like: true, ..Look::default() },
            'P' => Look { level1: true, pointed: true, level2: true, ..Look::default() },
            '2' => Look { level2: true, level_like: true, ..Look::default() },
            'q' => Look { quantity: true, compared: true, ..Look::default() },
            '0' => Look { number: true, ..Look::default() },
            _ => Look::default(),
        };
        (0..)
            .zip(row.chars())
            .filter(|(_, c)| *c != '.')
            .map(|(col, c)| Piece { col, look: look(c) })
            .collect()
    }

    #[track_caller]
    fn case(row: &str, expected: &str) {
        let slots = TABLE.map(|(holds, left, right)| Slot { holds, left, right, listed: 1.0, pointed: 0.0 });
        let habit: Habit = vec![None, None, Some(0.8), Some(0.8), Some(0.0), Some(0.0), Some(1.0), None];
        let pieces = pieces(row);
        let placement = place(&pieces, &slots, &habit);
        let mut drawn = ['.'; 8];
        for (slot, letter) in placement.slots.iter().zip(row.chars().filter(|c| *c != '.')) {
            if let Some(index) = slot {
                drawn[*index] = letter;
            }
        }
        assert_eq!(drawn.iter().collect::<String>(), expected, "{row}");
        assert!(placement.margin > CLEAR, "{row} is a toss-up: {placement:?}");
    }

    #[test]
    fn rows_in_place_stay() {
        //    0123456789    12345678
        case(".P2n.q..0.", "P2nq..0.");
        case("...n.q..0.", "..nq..0.");
        case("..2.....0.", ".2....0.");
        case("..2n.q.00n", ".2nq.00n");
        case("..nn.n..0.", ".nnn..0.");
    }

    #[test]
    fn a_level_2_without_a_name_has_not_slid() {
        case("..2..q.00.", ".2.q.00.");
        case(".P2..q..0.", "P2.q..0.");
    }

    #[test]
    fn slid_rows_go_back() {
        case("P2n.n..0..", "P2nn..0.");
        case("..2nq...0.", ".2nq..0.");
        case("..n.q..0..", "..nq..0.");
        case(".n..q..0..", "..nq..0.");
        case("n...q..0..", "..nq..0.");
        case("2.n.q..0..", ".2nq..0.");
        case("2.....0...", ".2....0.");
        case("...2nq..0.", ".2nq..0.");
        case("...n.q...0", "..nq..0.");
    }

    #[test]
    fn a_funding_row_takes_its_rate_along() {
        const FUNDING: [(Holds, u32, u32); 5] = [
            (Holds::Item, 0, 1),
            (Holds::Amount, 2, 2),
            (Holds::Amount, 3, 3),
            (Holds::Amount, 4, 4),
            (Holds::Rate, 5, 5),
        ];
        let slots =
            FUNDING.map(|(holds, left, right)| Slot { holds, left, right, listed: 0.0, pointed: 0.0 });
        let number = Look { number: true, ..Look::default() };
        let looks = [
            Look { item: true, ..Look::default() },
            number,
            number,
            number,
            Look { percent: true, ..Look::default() },
        ];
        let row = |cols: [u32; 5]| -> Vec<Piece> {
            cols.into_iter().zip(looks).map(|(col, look)| Piece { col, look }).collect()
        };
        let home: Vec<_> = (0..5).map(Some).collect();
        for cols in [[0, 2, 3, 4, 5], [1, 3, 4, 5, 6]] {
            let placed = place(&row(cols), &slots, &vec![None; slots.len()]);
            assert!(placed.slots == home && placed.margin >= CLEAR, "{cols:?}: {placed:?}");
        }
    }
}
