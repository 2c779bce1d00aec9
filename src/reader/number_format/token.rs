//! A format code to its tokens.

/// A piece of a format code.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// Text that stands for itself: quoted, escaped, or a letter without a meaning.
    Literal(String),
    /// Text that stands for itself by chance: a sign or bracket typed into the code.
    Sign(char),
    /// `0`, `#`, `?`, or the word General.
    Digit,
    /// `.` or `,`
    Mark(char),
    /// `%`
    Percent,
    /// `E+`
    Exponent,
    /// One of `y e m d h s`, in lower case.
    Date(char),
    /// `[h]`, `[mm]`, `[ss]`
    Elapsed(char),
    /// Any other text in brackets.
    Bracket(String),
    /// `上午/下午`, `AM/PM`, `aaaa`, `@`, `_x`, `*x`: nothing that a number needs.
    Nothing,
}

/// The names of General; the second is what Chinese Excel calls it.
const GENERAL: [&str; 3] = ["general", "g/通用格式", "standard"];
const HALF_DAYS: [&str; 3] = ["上午/下午", "am/pm", "a/p"];

/// The tokens of each section.
pub(super) fn split_sections(code: &str) -> Vec<Vec<Token>> {
    let mut sections = vec![Vec::new()];
    let mut rest = code;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(';') {
            sections.push(Vec::new());
            rest = after;
            continue;
        }
        let (token, after) = next_token(rest);
        if let Some(tokens) = sections.last_mut() {
            tokens.push(token);
        }
        rest = after;
    }
    sections
}

/// The first token of a text that is not empty, and what follows it.
fn next_token(rest: &str) -> (Token, &str) {
    for (words, token) in [(GENERAL, Token::Digit), (HALF_DAYS, Token::Nothing)] {
        if let Some(after) = words.iter().find_map(|word| strip_word(rest, word)) {
            return (token, after);
        }
    }
    let mut chars = rest.chars();
    let first = chars.next().unwrap_or(' ');
    let after = chars.as_str();
    match first {
        '"' => {
            let (text, after) = after.split_once('"').unwrap_or((after, ""));
            (Token::Literal(text.to_owned()), after)
        }
        '[' => {
            let (text, after) = after.split_once(']').unwrap_or((after, ""));
            (bracket(text), after)
        }
        '\\' | '!' => one_char(after, |c| Token::Literal(c.to_string())),
        '_' | '*' => one_char(after, |_| Token::Nothing),
        'E' | 'e' if after.starts_with(['+', '-']) => one_char(after, |_| Token::Exponent),
        _ => (single(first), after),
    }
}

fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.get(..word.len())?;
    head.eq_ignore_ascii_case(word).then(|| text.get(word.len()..)).flatten()
}

fn one_char(rest: &str, token: impl FnOnce(char) -> Token) -> (Token, &str) {
    let mut chars = rest.chars();
    (chars.next().map_or(Token::Nothing, token), chars.as_str())
}

fn single(c: char) -> Token {
    match c.to_ascii_lowercase() {
        '0' | '#' | '?' => Token::Digit,
        '.' | ',' => Token::Mark(c),
        '%' => Token::Percent,
        '@' | ' ' | 'a' | 'b' | 'g' | 'n' => Token::Nothing,
        '-' | '+' | '(' | ')' | '/' | ':' | '$' | '¥' | '￥' | '€' | '£' => Token::Sign(c),
        lower @ ('y' | 'e' | 'm' | 'd' | 'h' | 's') => Token::Date(lower),
        _ => Token::Literal(c.to_string()),
    }
}

fn bracket(text: &str) -> Token {
    let lower = text.to_ascii_lowercase();
    let first = lower.chars().next().unwrap_or(' ');
    if matches!(first, 'h' | 'm' | 's') && lower.chars().all(|c| c == first) {
        Token::Elapsed(first)
    } else {
        Token::Bracket(text.to_owned())
    }
}
