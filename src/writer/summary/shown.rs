//! A text to what a cell can show of it.

use std::borrow::Cow;

/// UTF-16 units of a cell's text.
const TEXT_UNITS: usize = 32_767;

/// `text` as a cell can hold it: control characters made visible (`␁`), what XML cannot say replaced, cut at the limit.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    let is_harmless = |text: &str| text.len() <= TEXT_UNITS && text.chars().all(|c| visible(c) == c);
    if is_harmless(text) {
        return text.into();
    }
    let mut units = 0;
    let visible = text.replace("\r\n", "\n").chars().map(visible).collect::<String>();
    if visible.encode_utf16().count() <= TEXT_UNITS {
        return visible.into();
    }
    let fits = |c: &char| {
        units += c.len_utf16();
        units < TEXT_UNITS
    };
    visible.chars().take_while(fits).chain(['…']).collect::<String>().into()
}

/// A character as it is shown.
pub(super) fn visible(c: char) -> char {
    match c {
        '\n' | '\t' => c,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        _ => c,
    }
}
