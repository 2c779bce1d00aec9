//! The tokens of a formula (Excel 97–2003) to ones that calamine reads rightly.

use std::collections::HashMap;

use super::{Records, Version, id};
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
pub fn shared(records: &mut Records<'_>) -> Result<HashMap<(u16, u16), Vec<u8>>, Cause> {
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

/// The tokens as calamine reads them for the formula of `cell`: the places of a shared formula counted from
/// there, and changed over what calamine 0.38 takes for one another: `>` and `>=`, and (Excel 97 on) the two `$`.
/// `None` if a token is not known here, whose text could not be relied on.
pub fn plain(tokens: &[u8], cell: (u16, u16), version: Version) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(tokens.len());
    let mut rest = tokens;
    while let Some(kind) = rest.first().copied() {
        let (token, after) = rest.split_at_checked(token_length(rest, version)?)?;
        let origin = if kind & 0x08 == 0 { (0, 0) } else { cell };
        match kind & 0x1F {
            _ if version == Version::Biff5 && kind > 0x1F => plain.extend_from_slice(token),
            0x0C | 0x0D if kind <= 0x1F => plain.push(kind ^ 1),
            0x04 | 0x0C if kind > 0x1F => {
                let (row, col) = place(u16_at(token, 1)?, u16_at(token, 3)?, origin);
                push(&mut plain, kind, &[row, col]);
            }
            0x05 | 0x0D if kind > 0x1F => {
                let (top, left) = place(u16_at(token, 1)?, u16_at(token, 5)?, origin);
                let (bottom, right) = place(u16_at(token, 3)?, u16_at(token, 7)?, origin);
                push(&mut plain, kind, &[top, bottom, left, right]);
            }
            _ => plain.extend_from_slice(token),
        }
        rest = after;
    }
    (!plain.is_empty()).then_some(plain)
}

fn push(tokens: &mut Vec<u8>, kind: u8, numbers: &[u16]) {
    // The place of an own formula has the number of the shared one's without this bit.
    tokens.push(kind & !0x08);
    tokens.extend(numbers.iter().flat_map(|n| n.to_le_bytes()));
}

/// Row and column from `origin`, where the upper bits of the column say that the row (8) or column (4) is relative.
fn place(row: u16, col: u16, origin: (u16, u16)) -> (u16, u16) {
    let (row_is_relative, col_is_relative) = (col & 0x8000 != 0, col & 0x4000 != 0);
    let row = if row_is_relative { row.wrapping_add(origin.0) } else { row };
    let column = if col_is_relative { col.wrapping_add(origin.1) } else { col };
    let changed_over = (u16::from(col_is_relative) << 15) | (u16::from(row_is_relative) << 14);
    (row, (column & 0xFF) | changed_over)
}

/// Bytes of the first token, itself included (MS-XLS 2.5.198; before Excel 97 places are shorter).
fn token_length(tokens: &[u8], version: Version) -> Option<usize> {
    let byte = |at: usize| tokens.get(at).copied().map(usize::from);
    let kind = *tokens.first()?;
    Some(match (kind, version) {
        (0x03..=0x16, _) => 1,
        (0x17, Version::Biff5) => 2 + byte(1)?,
        (0x17, Version::Biff8) => 3 + byte(1)? * (1 + (byte(2)? & 1)),
        // Choose: a table of jumps.
        (0x19, _) if byte(1)? & 4 != 0 => 4 + 2 * (usize::from(u16_at(tokens, 2)?) + 1),
        (0x19, _) => 4,
        (0x1C | 0x1D, _) => 2,
        (0x1E, _) => 3,
        (0x1F, _) => 9,
        (0x20.., _) => match (kind & 0x1F, version) {
            (0x01, _) => 3,
            (0x02, _) | (0x04 | 0x0A, Version::Biff5) => 4,
            (0x03 | 0x04 | 0x0A | 0x0C, Version::Biff8) => 5,
            (0x05 | 0x0B, Version::Biff5) => 7,
            (0x05 | 0x0B | 0x0D, Version::Biff8) => 9,
            _ => return None,
        },
        _ => return None,
    })
}
