//! A shared formula to the formula of another cell that shares it.

use crate::grid::{CellRef, column_index, column_name};
use crate::reader::limits;

/// Moves the relative references of `formula` from the cell `from` to the cell `to`.
/// Texts, quoted sheet names and table references are left as they are.
pub(super) fn shift(formula: &str, from: CellRef, to: CellRef) -> String {
    let by = Offset {
        rows: i64::from(to.row) - i64::from(from.row),
        cols: i64::from(to.col) - i64::from(from.col),
    };
    let mut shifted = String::with_capacity(formula.len());
    let mut rest = formula;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(piece_length(rest));
        if piece.starts_with(is_word) && !after.starts_with(['(', '!']) {
            shifted.push_str(&by.word(piece, shifted.ends_with(':') || after.starts_with(':')));
        } else {
            shifted.push_str(piece);
        }
        rest = after;
    }
    shifted
}

/// The length of the first quoted text, bracket, word or single character.
fn piece_length(rest: &str) -> usize {
    let first = rest.chars().next().unwrap_or(' ');
    let end = match first {
        '"' | '\'' => rest.get(1..).and_then(|inside| inside.find(first)).map(|at| at + 2),
        '[' => bracket_length(rest),
        _ if is_word(first) => rest.find(|c| !is_word(c)),
        _ => return first.len_utf8(),
    };
    end.unwrap_or(rest.len())
}

/// The length up to the bracket that closes the first one.
fn bracket_length(rest: &str) -> Option<usize> {
    let mut depth = 0_usize;
    rest.char_indices().find_map(|(at, c)| {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth == 0).then_some(at + 1)
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '$' | '_' | '.' | '\\' | '?')
}

/// A reference that was moved beyond the sheet's edge.
struct OffSheet;

#[derive(Clone, Copy)]
struct Offset {
    rows: i64,
    cols: i64,
}

impl Offset {
    /// A word of the formula, moved if it is a reference (in a range, a mere column or row is one too).
    fn word(self, word: &str, in_range: bool) -> String {
        let split = word.find(|c: char| c.is_ascii_digit()).unwrap_or(word.len());
        let split = if word.get(..split).is_some_and(|head| head.ends_with('$')) { split - 1 } else { split };
        let (letters, digits) = word.split_at(split);
        let moved = match (letters.is_empty(), digits.is_empty()) {
            (false, false) => self.column(letters).zip(self.row(digits)),
            (false, true) if in_range => self.column(letters).map(|column| (column, Ok(String::new()))),
            (true, false) if in_range => self.row(digits).map(|row| (Ok(String::new()), row)),
            _ => None,
        };
        match moved {
            Some((Ok(column), Ok(row))) => format!("{column}{row}"),
            Some(_) => "#REF!".to_owned(),
            None => word.to_owned(),
        }
    }

    /// `None` if it is no column.
    fn column(self, letters: &str) -> Option<Result<String, OffSheet>> {
        let name = letters.strip_prefix('$').unwrap_or(letters);
        let col = column_index(name).filter(|col| *col < limits::COLS)?;
        if name.len() < letters.len() {
            return Some(Ok(letters.to_owned()));
        }
        let moved = u32::try_from(i64::from(col) + self.cols).ok().filter(|col| *col < limits::COLS);
        Some(moved.map(column_name).ok_or(OffSheet))
    }

    /// `None` if it is no row.
    fn row(self, digits: &str) -> Option<Result<String, OffSheet>> {
        let number = digits.strip_prefix('$').unwrap_or(digits);
        let row: u32 = number.parse().ok().filter(|row| (1..=limits::ROWS).contains(row))?;
        if number.len() < digits.len() {
            return Some(Ok(digits.to_owned()));
        }
        let moved = i64::from(row) + self.rows;
        Some((1..=i64::from(limits::ROWS)).contains(&moved).then(|| moved.to_string()).ok_or(OffSheet))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(formula: &str, to: &str, shifted: &str) {
        assert_eq!(shift(formula, "B2".parse().unwrap(), to.parse().unwrap()), shifted);
    }

    #[test]
    fn relative_references_move() {
        case("A1+$A1+A$1+$A$1", "C4", "B3+$A3+B$1+$A$1");
        case("SUM(C3:D4)/LOG10(A1)", "B3", "SUM(C4:D5)/LOG10(A2)");
        case("\"A1\"&'A1 表'!A1&表1!A1", "B3", "\"A1\"&'A1 表'!A2&表1!A2");
        case("SUM(A:$B,1:$2)", "C3", "SUM(B:$B,2:$2)");
        case("T[[#This Row],[A1]]+A1", "B3", "T[[#This Row],[A1]]+A2");
        case("A1", "A1", "#REF!");
        case("1.5E3+_A1+A1B+金额1+ABCD1+1E5", "B3", "1.5E3+_A1+A1B+金额1+ABCD1+1E5");
        case("IFERROR(a1,\"a\"\"A1\")", "B3", "IFERROR(A2,\"a\"\"A1\")");
        case("100%", "B9", "100%");
        case("\"open '[ A1", "B9", "\"open '[ A1");
    }
}
