//! The sheets of a file to sheets of whole forms: a form that was cut in two is put together again.
//!
//! Word parts a table at a page, and programs that turn PDF into workbooks make a sheet of each page: the second half
//! has no project and is no form by itself.

use crate::grid::Grid;
use crate::labels::Labels;

use super::segment::{self, Parts};

/// The sheets, each second half of a form put below the first; the first says so in a note.
pub(super) fn whole_forms(grids: Vec<Grid>, labels: &Labels) -> Vec<Grid> {
    if grids.len() < 2 {
        return grids;
    }
    let mut whole: Vec<(Grid, Parts)> = Vec::new();
    for grid in grids {
        let parts = segment::parts(&grid, labels);
        match whole.last_mut() {
            Some((above, before)) if before.is_continued_by(parts) => {
                put_below(above, &grid);
                *before = before.join(parts);
            }
            _ => whole.push((grid, parts)),
        }
    }
    whole.into_iter().map(|(grid, _)| grid).collect()
}

fn put_below(above: &mut Grid, below: &Grid) {
    let name = |grid: &Grid| grid.sheet.clone().unwrap_or_default();
    let row = above.append(below);
    above.note(format!(
        "“{}”是“{}”的下半张，接在它下面读：提到的第 {} 行是“{}”的第 1 行",
        name(below),
        name(above),
        row + 1,
        name(below)
    ));
}
