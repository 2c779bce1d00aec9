//! The tokens of a section to digits with text around them.

use rust_decimal::Decimal;

use super::plain;
use super::token::Token;

/// Digits with literal text around them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Affixed {
    prefix: String,
    suffix: String,
    /// Per cent signs, each of which multiplies by a hundred.
    percents: u32,
    /// Digits after the point that a per cent is shown with: `95.00%`.
    decimals: u32,
    /// Commas after the last digit, each of which divides by a thousand.
    thousands: u32,
    /// Digits behind a point that is text (`0!.0,"万元"`), each of which divides by ten.
    places: u32,
    /// No place for a digit: the literal text stands instead of the number.
    words_only: bool,
    /// The section spells out the sign of a negative number.
    signed: bool,
}

impl Affixed {
    /// `None` where digits alone are shown, or where the code does more than putting text around them.
    pub fn new(tokens: &[Token]) -> Option<Self> {
        let fraction = tokens.contains(&Token::Sign('/'));
        if fraction || tokens.contains(&Token::Exponent) || text_between_digits(tokens) {
            return None;
        }
        let first = tokens.iter().position(|t| *t == Token::Digit);
        let last = tokens.iter().rposition(|t| *t == Token::Digit);
        let (before, after) = match (first, last) {
            (Some(first), Some(last)) => (tokens.get(..first)?, tokens.get(last + 1..)?),
            _ => (tokens, &[][..]),
        };
        let mut affixed = Self {
            prefix: literals(before),
            suffix: literals(after),
            thousands: count(after.iter().take_while(|t| **t == Token::Mark(','))),
            places: places(tokens),
            percents: count(tokens.iter().filter(|t| **t == Token::Percent)),
            decimals: decimals(tokens),
            words_only: first.is_none(),
            signed: tokens.iter().any(is_minus),
        };
        affixed.place_percents(before, after);
        affixed.is_of_use().then_some(affixed)
    }

    /// Puts the per cent signs where they stand among the literal text: nearly always right behind the digits.
    fn place_percents(&mut self, before: &[Token], after: &[Token]) {
        if before.contains(&Token::Percent) {
            self.prefix.push('%');
        }
        let signs = count(after.iter().filter(|t| **t == Token::Percent));
        for _ in 0..signs {
            self.suffix.insert(0, '%');
        }
    }

    /// Signs, spaces and currency alone say nothing that the number does not say; scaling it does.
    fn is_of_use(&self) -> bool {
        if self.thousands > 0 || self.places > 0 {
            return true;
        }
        let text = format!("{}{}", self.prefix, self.suffix);
        if self.words_only { text.chars().any(char::is_alphanumeric) } else { !text.trim().is_empty() }
    }

    pub fn shown(&self, number: Decimal, absolute: bool) -> Option<String> {
        let (prefix, suffix) = (&self.prefix, &self.suffix);
        if self.words_only {
            return Some(prefix.clone());
        }
        let mut scaled = number;
        for _ in 0..self.percents {
            scaled = scaled.checked_mul(Decimal::ONE_HUNDRED)?;
        }
        for _ in 0..self.thousands {
            scaled = scaled.checked_div(Decimal::ONE_THOUSAND)?;
        }
        for _ in 0..self.places {
            scaled = scaled.checked_div(Decimal::TEN)?;
        }
        // A section for negative numbers without a minus sign says `减少` or the like in words.
        let in_words = absolute && !self.signed && prefix.chars().any(char::is_alphanumeric);
        let mut digits = plain(if in_words { scaled.abs() } else { scaled });
        if self.percents > 0 {
            digits = padded(digits, self.decimals);
        }
        Some(format!("{prefix}{digits}{suffix}"))
    }
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

/// Places for digits behind the point.
fn decimals(tokens: &[Token]) -> u32 {
    let point = tokens.iter().position(|t| *t == Token::Mark('.')).unwrap_or(tokens.len());
    count(tokens.iter().skip(point).filter(|t| **t == Token::Digit))
}

/// `digits` with at least that many decimals: what the sheet shows has them, and a rate of `100.00%` says more
/// than one of `100%`.
fn padded(digits: String, decimals: u32) -> String {
    let decimals = usize::try_from(decimals).unwrap_or(0).min(10);
    let own = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    if own >= decimals {
        return digits;
    }
    let point = if own == 0 { "." } else { "" };
    format!("{digits}{point}{}", "0".repeat(decimals - own))
}

fn is_minus(token: &Token) -> bool {
    match token {
        Token::Sign(c) => matches!(c, '-' | '('),
        Token::Literal(text) => text == "-" || text == "(",
        _ => false,
    }
}

/// From the first digit to the last.
fn digits(tokens: &[Token]) -> &[Token] {
    let first = tokens.iter().position(|t| *t == Token::Digit).unwrap_or(0);
    let last = tokens.iter().rposition(|t| *t == Token::Digit).unwrap_or(0);
    tokens.get(first..last).unwrap_or_default()
}

/// Whether literal text splits the digits (`000-0000`): then no text can be put around them. A point that is text only
/// moves them.
fn text_between_digits(tokens: &[Token]) -> bool {
    let is_text = |t: &Token| matches!(t, Token::Literal(_) | Token::Sign(_)) && !is_typed_point(t);
    let points = tokens.iter().filter(|t| is_typed_point(t) || **t == Token::Mark('.')).count();
    digits(tokens).iter().any(|t| is_text(t) || (points > 1 && is_typed_point(t)))
}

/// Places for digits behind a point that is text.
fn places(tokens: &[Token]) -> u32 {
    let inside = digits(tokens);
    let point = inside.iter().position(is_typed_point);
    let behind = point.and_then(|point| inside.get(point..)).unwrap_or_default();
    // The last digit is no part of `inside`.
    if behind.is_empty() { 0 } else { count(behind.iter().filter(|t| **t == Token::Digit)) + 1 }
}

fn is_typed_point(token: &Token) -> bool {
    matches!(token, Token::Literal(text) if text == ".")
}

/// The literal text of the tokens, without what is only sign, bracket or currency.
fn literals(tokens: &[Token]) -> String {
    let mut text = String::new();
    for token in tokens {
        if let Token::Literal(literal) = token
            && !matches!(literal.as_str(), "-" | "+" | "(" | ")" | "$" | "¥" | "￥" | "€" | "£" | " ")
        {
            text.push_str(literal);
        }
    }
    text
}
