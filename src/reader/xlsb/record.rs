//! Bytes of a binary part to records, and a record to its fields.

use crate::error::Cause;
use crate::reader::limits;

/// A walk over the records of a part.
pub(super) struct Records<'a> {
    rest: Fields<'a>,
}

/// What is left of a record (or of a part) to be read, field by field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a> {
    bytes: &'a [u8],
    /// Names the part in errors.
    part: &'a str,
}

impl<'a> Records<'a> {
    /// A walk over `bytes`; `part` names them in errors.
    pub(super) fn new(bytes: &'a [u8], part: &'a str) -> Self {
        Self { rest: Fields { bytes, part } }
    }

    /// The next record's number and content; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(u16, Fields<'a>)>, Cause> {
        if self.rest.bytes.is_empty() {
            return Ok(None);
        }
        let id = self.rest.variable(2)?;
        let length = self.rest.variable(4)?;
        let bytes = self.rest.take(length)?;
        Ok(Some((u16::try_from(id).unwrap_or(u16::MAX), Fields { bytes, part: self.rest.part })))
    }
}

impl<'a> Fields<'a> {
    fn cut_short(&self) -> Cause {
        Cause::Corrupt(format!("{} 的记录不完整", self.part))
    }

    /// Seven bits a byte, the lowest first, up to `most` bytes.
    fn variable(&mut self, most: u32) -> Result<u32, Cause> {
        let mut number = 0;
        for place in 0..most {
            let byte = self.u8()?;
            number |= u32::from(byte & 0x7F) << (7 * place);
            if byte < 0x80 {
                break;
            }
        }
        Ok(number)
    }

    /// The next `length` bytes.
    pub(super) fn take(&mut self, length: u32) -> Result<&'a [u8], Cause> {
        let split = usize::try_from(length).ok().and_then(|length| self.bytes.split_at_checked(length));
        let (taken, rest) = split.ok_or_else(|| self.cut_short())?;
        self.bytes = rest;
        Ok(taken)
    }

    /// The next `length` bytes as fields of their own.
    pub(super) fn nested(&mut self, length: u32) -> Result<Self, Cause> {
        Ok(Self { bytes: self.take(length)?, part: self.part })
    }

    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// How many bytes are left.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Cause> {
        let split = self.bytes.split_first_chunk::<N>();
        let (taken, rest) = split.ok_or_else(|| self.cut_short())?;
        self.bytes = rest;
        Ok(*taken)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Cause> {
        self.array().map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Cause> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Cause> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn f64(&mut self) -> Result<f64, Cause> {
        self.array().map(f64::from_le_bytes)
    }

    /// A text of `units` UTF-16 units.
    pub(super) fn utf16(&mut self, units: u32) -> Result<String, Cause> {
        let bytes = self.take(units.saturating_mul(2))?;
        if bytes.len() > limits::TEXT_CHARS * 2 {
            return Err(Cause::TooLarge(format!("单元格文字超过 {} 字", limits::TEXT_CHARS)));
        }
        let units = bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair));
        Ok(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
    }

    /// A text with its length before it.
    pub(super) fn text(&mut self) -> Result<String, Cause> {
        let units = self.u32()?;
        self.utf16(units)
    }

    /// A text that may be absent.
    pub(super) fn nullable_text(&mut self) -> Result<String, Cause> {
        match self.u32()? {
            u32::MAX => Ok(String::new()),
            units => self.utf16(units),
        }
    }

    /// A text with formatting runs and readings behind it, which are left alone.
    pub(super) fn rich_text(&mut self) -> Result<String, Cause> {
        self.u8()?;
        self.text()
    }

    /// A number packed into 30 bits.
    pub(super) fn rk(&mut self) -> Result<f64, Cause> {
        let [first, ..] = *self.bytes else { return Err(self.cut_short()) };
        let packed = self.u32()?;
        let number = if first & 2 == 0 {
            f64::from_bits(u64::from(packed & !3) << 32)
        } else {
            f64::from(packed.cast_signed() >> 2)
        };
        Ok(if first & 1 == 0 { number } else { number / 100.0 })
    }
}
