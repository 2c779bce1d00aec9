//! Strings of the file to the text that was typed: runs joined, readings skipped, escapes decoded.

use std::borrow::Cow;

use crate::error::Cause;
use crate::reader::package::xml::{Xml, check_length};

/// The text of a shared or inline string, up to its end; phonetic readings (`rPh`) are not part of it.
pub(super) fn rich_text(xml: &mut Xml<'_>) -> Result<String, Cause> {
    let mut text = String::new();
    xml.children(|xml, tag| match tag.name() {
        "t" => {
            text.push_str(&xml.text()?);
            Ok(())
        }
        "r" => xml.children(|xml, tag| {
            if tag.name() != "t" {
                return xml.skip();
            }
            text.push_str(&xml.text()?);
            Ok(())
        }),
        _ => xml.skip(),
    })?;
    check_length(&text)?;
    Ok(unescape(&text).into_owned())
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
        assert_eq!(rich_text(&mut xml).unwrap(), "前  后尾");
    }
}
