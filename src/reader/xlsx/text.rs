//! Strings of the file to the text that was typed: runs joined, readings skipped, escapes decoded.

use std::borrow::Cow;

use crate::error::Cause;
use crate::reader::flow::Line;
use crate::reader::package::xml::{Xml, check_length};

/// A string of runs, each of which may have a font of its own.
#[derive(Debug, Default)]
pub(super) struct RichText {
    line: Line,
    /// Bytes at its start that have no font but the cell's.
    bare: usize,
}

impl RichText {
    /// Adds a run; `font` says whether its own font is struck through, if it has one.
    fn add(&mut self, escaped: &str, font: Option<bool>) {
        let is_first = self.bare == self.line.all().len();
        let text = unescape(escaped);
        match font {
            Some(true) => self.line.push_struck(&text),
            _ => self.line.push(&text),
        }
        if is_first && font.is_none() {
            self.bare = self.line.all().len();
        }
    }

    /// The text alone, if nothing more is to be known of it in any cell.
    pub(super) fn plain(self) -> Result<String, Self> {
        let is_plain = !self.line.has_struck() && (self.bare == 0 || self.bare == self.line.all().len());
        if is_plain { Ok(self.line.into_read()) } else { Err(self) }
    }

    /// All of the text.
    pub(super) fn all(&self) -> &str {
        self.line.all()
    }

    /// The text in a cell, whose font may be struck through.
    pub(super) fn in_cell(&self, is_struck: bool) -> Line {
        let mut line = self.line.clone();
        line.strike_start(if is_struck { self.bare } else { 0 });
        line
    }
}

/// The text of a shared or inline string, up to its end; phonetic readings (`rPh`) are not part of it.
pub(super) fn rich_text(xml: &mut Xml<'_>) -> Result<RichText, Cause> {
    let mut rich = RichText::default();
    xml.children(|xml, tag| match tag.name() {
        "t" => {
            rich.add(&xml.text()?, None);
            Ok(())
        }
        "r" => run(xml, &mut rich),
        _ => xml.skip(),
    })?;
    check_length(rich.line.all())?;
    Ok(rich)
}

fn run(xml: &mut Xml<'_>, rich: &mut RichText) -> Result<(), Cause> {
    let mut font = None;
    xml.children(|xml, tag| match tag.name() {
        "rPr" => {
            font = Some(is_struck(xml)?);
            Ok(())
        }
        "t" => {
            rich.add(&xml.text()?, font);
            Ok(())
        }
        _ => xml.skip(),
    })
}

/// Whether the font just opened has a line through its text.
pub(super) fn is_struck(xml: &mut Xml<'_>) -> Result<bool, Cause> {
    let mut struck = false;
    xml.children(|xml, tag| {
        if tag.name() == "strike" {
            struck = tag.get("val")?.is_none() || tag.flag("val")?;
        }
        xml.skip()
    })?;
    Ok(struck)
}

/// `_x000D_` → the character of that number; `_x005F_` protects an underscore.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = rest.find("_x") {
        let (before, from) = rest.split_at(found);
        plain.push_str(before);
        if let Some((character, after)) = escape(from) {
            plain.push(character);
            rest = after;
        } else {
            plain.push_str("_x");
            rest = from.get(2..).unwrap_or_default();
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The escape at the very start of a text, and what follows it.
fn escape(text: &str) -> Option<(char, &str)> {
    let digits = text.get(2..6).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let after = text.get(6..)?.strip_prefix('_')?;
    let unit = u32::from_str_radix(digits, 16).ok()?;
    if let Some(character) = char::from_u32(unit) {
        return Some((character, after));
    }
    // A character beyond the first plane is two escapes, one for each half of its surrogate pair.
    let digits = after.get(2..6).filter(|_| after.starts_with("_x"))?;
    let low = u32::from_str_radix(digits, 16).ok().filter(|low| (0xDC00..0xE000).contains(low))?;
    let high = Some(unit).filter(|high| (0xD800..0xDC00).contains(high))?;
    let character = char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00))?;
    Some((character, after.get(6..)?.strip_prefix('_')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_once() {
        for (escaped, text) in [
            ("a_x000D_\nb", "a\r\nb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xD83D__xDE00_", "😀"),
            ("_xD83D_", "_xD83D_"),
            ("_x甲乙_ _x12_ _x", "_x甲乙_ _x12_ _x"),
            ("__x0041__", "_A_"),
        ] {
            assert_eq!(unescape(escaped), text);
        }
    }

    #[test]
    fn runs_are_joined_without_readings() {
        let source = "<si><r><rPr><b/></rPr><t>前 </t></r><r><t xml:space=\"preserve\"> 后</t></r>\
                      <rPh sb=\"0\" eb=\"1\"><t>とう</t></rPh><phoneticPr fontId=\"1\"/><t>尾</t></si>";
        let mut xml = Xml::new(source, "x.xml");
        xml.root().unwrap();
        assert_eq!(rich_text(&mut xml).unwrap().plain().unwrap(), "前  后尾");
    }
}
