//! A formula that many cells share to the formula of one of them (Excel 97–2003).

use std::collections::HashMap;

use super::{Records, id};
use crate::error::Cause;
use crate::reader::ole::u16_at;

/// Row and column of the cell that holds the shared formula, if these tokens name one.
pub fn anchor(tokens: &[u8]) -> Option<(u16, u16)> {
    if *tokens.first()? != 0x01 {
        return None;
    }
    Some((u16_at(tokens, 1)?, u16_at(tokens, 3)?))
}

/// The shared formulas of a sheet by the cell they follow, which is the one that their users name.
pub fn of_sheet(records: &mut Records<'_>) -> Result<HashMap<(u16, u16), Vec<u8>>, Cause> {
    let mut found = HashMap::new();
    let mut cell = (0, 0);
    while let Some(record) = records.next()? {
        match record.id {
            id::FORMULA => cell = (record.u16(0)?, record.u16(2)?),
            id::SHARED_FORMULA => {
                let end = 10 + usize::from(record.u16(8)?);
                found.insert(cell, record.data.get(10..end).unwrap_or_default().to_vec());
            }
            _ => {}
        }
    }
    Ok(found)
}

/// The tokens with their relative places counted from `cell`; `None` if there is one that is not known.
pub fn expand(tokens: &[u8], cell: (u16, u16)) -> Option<Vec<u8>> {
    let mut expanded = Vec::with_capacity(tokens.len());
    let mut rest = tokens;
    while let Some(kind) = rest.first().copied() {
        let (token, after) = rest.split_at_checked(token_length(rest)?)?;
        match kind {
            0x2C | 0x4C | 0x6C => {
                expanded.push(kind - 8);
                let (row, col) = absolute(u16_at(token, 1)?, u16_at(token, 3)?, cell);
                expanded.extend([row, col].iter().flat_map(|n| n.to_le_bytes()));
            }
            0x2D | 0x4D | 0x6D => {
                expanded.push(kind - 8);
                let (top, left) = absolute(u16_at(token, 1)?, u16_at(token, 5)?, cell);
                let (bottom, right) = absolute(u16_at(token, 3)?, u16_at(token, 7)?, cell);
                expanded.extend([top, bottom, left, right].iter().flat_map(|n| n.to_le_bytes()));
            }
            _ => expanded.extend_from_slice(token),
        }
        rest = after;
    }
    (!expanded.is_empty()).then_some(expanded)
}

/// A place of a shared formula: the upper bits of its column say whether column and row are offsets.
fn absolute(row: u16, col: u16, cell: (u16, u16)) -> (u16, u16) {
    let flags = col & 0xC000;
    let row = if flags & 0x8000 == 0 { row } else { row.wrapping_add(cell.0) };
    let col = if flags & 0x4000 == 0 { col } else { col.wrapping_add(cell.1) };
    (row, (col & 0xFF) | flags)
}

/// Bytes of the first token, itself included (MS-XLS 2.5.198).
fn token_length(tokens: &[u8]) -> Option<usize> {
    let byte = |at: usize| tokens.get(at).copied().map(usize::from);
    let kind = *tokens.first()?;
    Some(match kind {
        0x03..=0x16 => 1,
        0x17 => 3 + byte(1)? * (1 + (byte(2)? & 1)),
        // Choose: a table of jumps.
        0x19 if byte(1)? & 4 != 0 => 4 + 2 * (usize::from(u16_at(tokens, 2)?) + 1),
        0x19 => 4,
        0x1C | 0x1D => 2,
        0x1E => 3,
        0x1F => 9,
        _ => match kind & 0x1F {
            0x01 | 0x09 => 3,
            0x02 => 4,
            0x03 | 0x04 | 0x0A | 0x0C => 5,
            0x05 | 0x0B | 0x0D => 9,
            _ => return None,
        },
    })
}
