//! Merged regions to those that overlap no earlier one.

use std::collections::BTreeMap;

use super::{CellRef, Region};

/// Regions that do not overlap, in the order in which they came.
#[derive(Debug, Clone, Default)]
pub(super) struct Merges {
    regions: Vec<Region>,
    /// How far they have come row by row: where the last one of those that came in order begins.
    at: CellRef,
    /// Of the regions that reach down to that row, and some that ended above: by first column, last column and last row.
    /// No two have a column in common.
    open: BTreeMap<u32, (u32, u32)>,
}

impl Merges {
    /// Adds a region, unless it overlaps one that is there. One that comes in order, row by row and each from the left, is
    /// held to those of its columns; any other is compared with all.
    pub fn add(&mut self, region: Region) {
        let in_order = region.start >= self.at;
        if in_order {
            self.at = region.start;
        } else if self.regions.iter().any(|other| other.overlaps(&region)) {
            return;
        }
        let reaches_down = region.end.row >= self.at.row;
        if reaches_down && !self.clear(region) {
            return;
        }
        self.regions.push(region);
        if reaches_down {
            self.open.insert(region.start.col, (region.end.col, region.end.row));
        }
    }

    /// All of them.
    pub fn as_slice(&self) -> &[Region] {
        &self.regions
    }

    /// Forgets what has ended above in the columns of `region`; whether nothing else is there.
    fn clear(&mut self, region: Region) -> bool {
        while let Some((&first, &(last, end))) = self.open.range(..=region.end.col).next_back() {
            if last < region.start.col {
                break;
            }
            if end >= self.at.row {
                return false;
            }
            self.open.remove(&first);
        }
        true
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
        fn the_earlier_of_two_that_overlap_stays(mut regions in prop::collection::vec(region(), 0..40), sorted: bool) {
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
        }
    }
}
