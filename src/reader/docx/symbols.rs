//! The characters of symbol fonts to those that everybody has.

/// What stands for a symbol that has no other character.
const UNKNOWN: char = char::REPLACEMENT_CHARACTER;

/// Fonts in which a letter or a private character shows as a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SymbolFont {
    /// Greek and mathematics.
    Symbol,
    /// Boxes, ticks, numbers in circles.
    Wingdings,
    /// More boxes and ticks.
    Wingdings2,
    /// Pictures, none of which a form needs.
    Pictures,
}

impl SymbolFont {
    /// The font of that name; `None` if it shows letters as letters.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "symbol" => Self::Symbol,
            "wingdings" => Self::Wingdings,
            "wingdings 2" => Self::Wingdings2,
            "wingdings 3" | "webdings" => Self::Pictures,
            _ => return None,
        })
    }

    /// A text in this font: its private characters are the font's symbols, others are what they are.
    pub(super) fn text(self, text: &str) -> String {
        let shown = |c: char| if is_private(c) { character(Some(self), u32::from(c)) } else { c };
        text.chars().map(shown).collect()
    }

    fn symbol(self, code: u8) -> char {
        match self {
            Self::Symbol => of_symbol(code),
            Self::Wingdings => of_wingdings(code),
            Self::Wingdings2 => of_wingdings_2(code),
            Self::Pictures => UNKNOWN,
        }
    }
}

/// Where Windows has the characters of symbol fonts.
const fn is_private(c: char) -> bool {
    matches!(c, '\u{f000}'..='\u{f0ff}')
}

/// The character that `code` shows in a font: fonts of symbols have theirs at xx and at F0xx alike.
pub(super) fn character(font: Option<SymbolFont>, code: u32) -> char {
    let place = if (0xf000..=0xf0ff).contains(&code) { code - 0xf000 } else { code };
    match (font, u8::try_from(place)) {
        (Some(font), Ok(place)) => font.symbol(place),
        _ if (0xe000..0xf900).contains(&code) => UNKNOWN,
        _ => char::from_u32(code).filter(|c| !c.is_control()).unwrap_or(UNKNOWN),
    }
}

/// The font Symbol from 20 and from A0 on, sixteen a row; the pieces of tall signs have no character.
const SYMBOL: [&str; 12] = [
    " !∀#∃%&∋()∗+,−./",
    "0123456789:;<=>?",
    "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟ",
    "ΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_",
    "\u{fffd}αβχδεφγηιϕκλμνο",
    "πθρστυϖωξψζ{|}∼\u{fffd}",
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓",
    "°±″≥×∝∂•÷≠≡≈…\u{fffd}\u{fffd}↵",
    "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉",
    "∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓",
    "◊〈®©™∑\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
    "\u{fffd}〉∫\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
];

fn of_symbol(code: u8) -> char {
    let row = match code {
        0x20..=0x7f => usize::from(code / 16 - 2),
        0xa0..=0xff => usize::from(code / 16 - 4),
        _ => return UNKNOWN,
    };
    SYMBOL.get(row).and_then(|signs| signs.chars().nth(usize::from(code % 16))).unwrap_or(UNKNOWN)
}

fn of_wingdings(code: u8) -> char {
    match code {
        0x20 => ' ',
        0x6c => '●',
        0x6e | 0xa7 => '■',
        0x6f | 0x70 | 0x71 | 0x72 | 0xa8 => '□',
        0x74 | 0x75 => '◆',
        0x80..=0x8a => circled(code - 0x80),
        0x8b..=0x95 => circled(code - 0x8b),
        0x9e | 0x9f => '•',
        0xa1 => '○',
        0xdf => '←',
        0xe0 => '→',
        0xe1 => '↑',
        0xe2 => '↓',
        0xfb => '×',
        0xfc => '√',
        0xfd => '☒',
        0xfe => '☑',
        _ => UNKNOWN,
    }
}

fn of_wingdings_2(code: u8) -> char {
    match code {
        0x20 => ' ',
        0x2a | 0xa3 => '□',
        0x4f => '×',
        0x50 => '√',
        0x51 | 0x53 | 0x54 => '☒',
        0x52 => '☑',
        0x69..=0x73 => circled(code - 0x69),
        0x75..=0x7f => circled(code - 0x75),
        _ => UNKNOWN,
    }
}

/// 0 to 10 in a circle.
fn circled(number: u8) -> char {
    "⓪①②③④⑤⑥⑦⑧⑨⑩".chars().nth(usize::from(number)).unwrap_or(UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_have_characters() {
        for (font, codes, shown) in [
            ("Symbol", "B3 A3 B1 B4 B0 BB B8 B9 61 57 35 F0", "≥≤±×°≈÷≠αΩ5\u{fffd}"),
            ("Wingdings", "FE A8 6F FC FB FD 81 28", "☑□□√×☒①\u{fffd}"),
            ("wingdings 2", "52 A3 2A 50", "☑□□√"),
            ("Webdings", "61", "\u{fffd}"),
        ] {
            for (code, shown) in codes.split(' ').zip(shown.chars()) {
                let code = u32::from_str_radix(code, 16).unwrap();
                let font = SymbolFont::named(font);
                assert_eq!(
                    (character(font, code), character(font, code + 0xf000)),
                    (shown, shown),
                    "{code:x}"
                );
            }
        }
        assert_eq!(
            [0x2265, 0xf0b3, 0x1, 0xd800].map(|code| character(None, code)),
            ['≥', UNKNOWN, UNKNOWN, UNKNOWN]
        );
        assert_eq!(character(Some(SymbolFont::Symbol), 0x2265), '≥');
        assert_eq!(SymbolFont::named("宋体"), None);
    }

    #[test]
    fn every_row_of_the_table_is_whole() {
        assert!(SYMBOL.iter().all(|row| row.chars().count() == 16));
    }

    #[test]
    fn only_private_characters_are_symbols() {
        assert_eq!(SymbolFont::Symbol.text("\u{f0b3}200人a"), "≥200人a");
    }
}
