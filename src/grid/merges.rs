//! Merged regions to those that overlap no earlier one, and to the one around each cell.

use std::collections::BTreeMap;

use super::{CellRef, Region};

/// Regions that do not overlap, in the order in which they came.
#[derive(Debug, Clone, Default)]
pub(super) struct Merges {
    regions: Vec<Region>,
    /// How far they have come row by row: where the last one that came in order begins.
    at: CellRef,
    /// Those that reach down to that row.
    open: Open,
}

impl Merges {
    /// Adds a region, unless it overlaps one that is there. One that comes in order, row by row and each from the left, is
    /// held to those of its columns; any other is compared with all. Gives the number of those.
    pub fn add(&mut self, region: Region) -> usize {
        let in_order = region.start >= self.at;
        let compared = if in_order { &[][..] } else { &self.regions };
        let (count, is_free) = (compared.len(), !compared.iter().any(|other| other.overlaps(&region)));
        if in_order {
            self.at = region.start;
        }
        if is_free && (region.end.row < self.at.row || self.open.add(region, self.at.row)) {
            self.regions.push(region);
        }
        count
    }

    /// All of them.
    pub fn as_slice(&self) -> &[Region] {
        &self.regions
    }
}

/// Regions that reach down to a row, and some that ended above; no two have a column in common.
#[derive(Debug, Clone, Default)]
struct Open(BTreeMap<u32, Region>);

impl Open {
    /// Adds a region that reaches down to `row`, and forgets what ended above in its columns; tells whether nothing else
    /// is there, without which it is not added.
    fn add(&mut self, region: Region, row: u32) -> bool {
        while let Some(other) = self.last(region.end.col).filter(|other| other.end.col >= region.start.col) {
            if other.end.row >= row {
                return false;
            }
            self.0.remove(&other.start.col);
        }
        self.0.insert(region.start.col, region);
        true
    }

    /// The last one that begins in column `col` or before.
    fn last(&self, col: u32) -> Option<Region> {
        self.0.range(..=col).next_back().map(|(_, region)| *region)
    }
}

/// The regions around cells that are gone through row by row, each from the left.
pub struct Around {
    /// Those that begin further on, the nearest last.
    ahead: Vec<Region>,
    open: Open,
}

impl Around {
    /// Before the first cell of a sheet with these merged regions.
    pub(super) fn new(merges: &[Region]) -> Self {
        let mut ahead = merges.to_vec();
        ahead.sort_unstable_by_key(|region| std::cmp::Reverse(region.start));
        Self { ahead, open: Open::default() }
    }

    /// The merged region around `at`, else the cell alone.
    pub fn region(&mut self, at: CellRef) -> Region {
        while let Some(region) = self.ahead.pop_if(|region| region.start <= at) {
            self.open.add(region, region.start.row);
        }
        self.open.last(at.col).filter(|region| region.contains(at)).unwrap_or(Region::cell(at))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn region() -> impl Strategy<Value = Region> {
        let size = prop_oneof![4 => 0_u32..3, 1 => 0_u32..12];
        (0_u32..12, 0_u32..12, size.clone(), size).prop_map(|(row, col, height, width)| {
            Region::new(CellRef::new(row, col), CellRef::new(row + height, col + width))
        })
    }

    proptest! {
        #[test]
        fn the_earlier_of_two_that_overlap_stays_and_is_found(
            mut regions in prop::collection::vec(region(), 0..40),
            sorted: bool,
        ) {
            if sorted {
                regions.sort_by_key(|region| region.start);
            }
            let (mut merges, mut kept) = (Merges::default(), Vec::<Region>::new());
            for region in regions {
                merges.add(region);
                if !kept.iter().any(|other| other.overlaps(&region)) {
                    kept.push(region);
                }
                prop_assert_eq!(merges.as_slice(), &kept[..]);
            }
            let mut around = Around::new(&kept);
            for at in (0..24).flat_map(|row| (0..24).map(move |col| CellRef::new(row, col))) {
                let there = kept.iter().copied().find(|region| region.contains(at));
                prop_assert_eq!(around.region(at), there.unwrap_or(Region::cell(at)));
            }
        }
    }
}
