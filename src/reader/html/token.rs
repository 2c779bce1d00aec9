//! HTML text to tags and texts, in one pass and in time proportional to its length.
//!
//! A whole HTML tree builder would do this and more, but it needs quadratic time, and memory without bound, for
//! hostile nesting; tables need only the tags.

use std::borrow::Cow;
use std::collections::HashMap;

use encoding_rs::WINDOWS_1252;

/// What comes next in the page; names are in lower case.
pub enum Token<'a> {
    /// A start tag.
    Open(Tag<'a>),
    /// The name of an end tag.
    Close(String),
    /// Text with its entities resolved.
    Text(Cow<'a, str>),
}

/// A start tag.
pub struct Tag<'a> {
    /// Its name in lower case.
    pub name: String,
    attributes: Vec<(&'a str, Cow<'a, str>)>,
}

impl Tag<'_> {
    /// A tag that the page has left out.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), attributes: Vec::new() }
    }

    /// The attribute of that name.
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_ref())
    }
}

/// Elements whose content is no markup, and no text of the page either.
const SILENT: [&str; 8] = ["script", "style", "title", "xml", "iframe", "noembed", "noframes", "xmp"];

/// The tokens of a page.
pub struct Tokens<'a> {
    rest: &'a str,
    entities: Entities,
}

impl<'a> Tokens<'a> {
    /// The tokens of `text` from its start.
    pub fn new(text: &'a str) -> Self {
        Self { rest: text, entities: Entities::default() }
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Takes up to and with the first `end`, or all.
    fn take_through(&mut self, end: &str) -> &'a str {
        let found = self.rest.find(end).map_or(self.rest.len(), |at| at + end.len());
        self.take(found)
    }

    fn take_while(&mut self, is_part: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        self.take(end)
    }

    fn text(&mut self) -> Token<'a> {
        // The first character is text even if it is a `<`.
        let first = self.rest.chars().next().map_or(0, char::len_utf8);
        let end = self.rest.get(first..).and_then(|r| r.find('<')).map_or(self.rest.len(), |at| at + first);
        let raw = self.take(end);
        Token::Text(self.entities.resolve(raw))
    }

    fn comment(&mut self) {
        // `<!-->` is a whole comment.
        self.take(2);
        self.take_through("-->");
    }

    fn open(&mut self) -> Token<'a> {
        let name = self.name();
        let attributes = self.attributes();
        if SILENT.contains(&name.as_str()) {
            self.raw(&name);
        }
        Token::Open(Tag { name, attributes })
    }

    fn name(&mut self) -> String {
        self.take_while(|c| !is_space(c) && c != '/' && c != '>').to_ascii_lowercase()
    }

    fn attributes(&mut self) -> Vec<(&'a str, Cow<'a, str>)> {
        let mut attributes = Vec::new();
        loop {
            self.take_while(|c| is_space(c) || c == '/');
            if self.rest.is_empty() || self.rest.starts_with('>') {
                self.take(1);
                return attributes;
            }
            let first = self.rest.chars().next().map_or(0, char::len_utf8);
            let end = self.rest.get(first..).and_then(|r| r.find(|c| is_space(c) || "/>=".contains(c)));
            let key = self.take(end.map_or(self.rest.len(), |at| at + first));
            attributes.push((key, self.value()));
        }
    }

    fn value(&mut self) -> Cow<'a, str> {
        let before = self.rest;
        self.take_while(is_space);
        if !self.rest.starts_with('=') {
            self.rest = before.trim_start_matches(is_space);
            return Cow::Borrowed("");
        }
        self.take(1);
        self.take_while(is_space);
        let raw = match self.rest.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                self.take(1);
                let inner = self.take_while(|c| c != quote);
                self.take(1);
                inner
            }
            _ => self.take_while(|c| !is_space(c) && c != '>'),
        };
        self.entities.resolve(raw)
    }

    /// Takes everything before the end tag of `name`, or all that is left, as browsers do.
    fn raw(&mut self, name: &str) -> &'a str {
        let is_end = |at: usize| {
            let after = self.rest.get(at + 2..).and_then(|r| r.as_bytes().get(..name.len()));
            after.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        };
        let end = self.rest.match_indices("</").map(|(at, _)| at).find(|at| is_end(*at));
        self.take(end.unwrap_or(self.rest.len()))
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        while !self.rest.is_empty() {
            let Some(after) = self.rest.strip_prefix('<') else { return Some(self.text()) };
            let mut following = after.chars();
            match (following.next(), following.next()) {
                (Some('!'), _) if after.starts_with("!--") => self.comment(),
                (Some('/'), Some(c)) if c.is_ascii_alphabetic() => {
                    self.take(2);
                    let name = self.name();
                    self.attributes();
                    return Some(Token::Close(name));
                }
                (Some('!' | '?' | '/'), _) => drop(self.take_through(">")),
                (Some(c), _) if c.is_ascii_alphabetic() => {
                    self.take(1);
                    return Some(self.open());
                }
                _ => return Some(self.text()),
            }
        }
        None
    }
}

/// White space as HTML has it: not the non-breaking space.
pub fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

/// Entities resolved before, since looking one up is slow.
#[derive(Default)]
struct Entities(HashMap<String, String>);

impl Entities {
    /// There are some two thousand names; a page with more different ones makes them up.
    const NAMES: usize = 3000;

    fn resolve<'a>(&mut self, raw: &'a str) -> Cow<'a, str> {
        if !raw.contains('&') {
            return Cow::Borrowed(raw);
        }
        let mut out = String::with_capacity(raw.len());
        let mut rest = raw;
        while let Some(at) = rest.find('&') {
            let (before, entity) = rest.split_at(at);
            out.push_str(before);
            let length = entity_length(entity);
            let (entity, after) = entity.split_at(length);
            self.push(&mut out, entity);
            rest = after;
        }
        out.push_str(rest);
        Cow::Owned(out)
    }

    fn push(&mut self, out: &mut String, entity: &str) {
        let simple = match entity.trim_end_matches(';') {
            "&nbsp" => Some('\u{a0}'),
            "&lt" => Some('<'),
            "&gt" => Some('>'),
            "&amp" => Some('&'),
            "&quot" => Some('"'),
            code => code.strip_prefix("&#").and_then(char_of_code),
        };
        match simple {
            Some(c) => out.push(c),
            None if entity.len() < 3 || entity.starts_with("&#") => out.push_str(entity),
            None => out.push_str(self.named(entity)),
        }
    }

    fn named<'s>(&'s mut self, entity: &'s str) -> &'s str {
        if !self.0.contains_key(entity) {
            if self.0.len() >= Self::NAMES {
                return entity;
            }
            let parsed = scraper::Html::parse_fragment(entity);
            self.0.insert(entity.to_owned(), parsed.root_element().text().collect());
        }
        self.0.get(entity).map_or(entity, String::as_str)
    }
}

/// Bytes of the entity at the start: `&` and letters or digits, and the `;` if there is one.
fn entity_length(text: &str) -> usize {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || b == b'#';
    let end = text.bytes().skip(1).take(40).take_while(|b| is_part(*b)).count() + 1;
    if text.as_bytes().get(end) == Some(&b';') { end + 1 } else { end }
}

/// The character of `8805` or `x2265`; the numbers 128 to 159 mean what Windows has there.
fn char_of_code(code: &str) -> Option<char> {
    let number = match code.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => code.parse().ok()?,
    };
    match u8::try_from(number) {
        Ok(0) => Some(char::REPLACEMENT_CHARACTER),
        Ok(byte @ 128..=159) => WINDOWS_1252.decode(&[byte]).0.chars().next(),
        _ => char::from_u32(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(html: &str, expected: &str) {
        let one = |token: Token<'_>| match token {
            Token::Text(text) => text.into_owned(),
            Token::Close(name) => format!("[/{name}]"),
            Token::Open(tag) => {
                let list = tag.attributes.iter().map(|(k, v)| format!(" {k}={v}"));
                format!("[{}{}]", tag.name, list.collect::<String>())
            }
        };
        assert_eq!(Tokens::new(html).map(one).collect::<String>(), expected, "{html}");
    }

    #[test]
    fn tags_and_texts() {
        case(
            "<TD ColSpan=2 a='x > y' b = \"&amp;\" nowrap/>一</Td >",
            "[td ColSpan=2 a=x > y b=& nowrap=]一[/td]",
        );
        case("a<!-- <td> -->b<!-->c<![if x]>d<?xml ?>e</>f", "abcdef");
        case("<script>if (a</b) '<td>'</SCRIPT>x<style>y", "[script][/script]x[style]");
        case("满意度<95% & <= 3<", "满意度<95% & <= 3<");
        case("<td a=1", "[td a=1]");
        case("<td a='1", "[td a=1]");
        case("<td =a>x", "[td =a=]x");
        case("<", "<");
        case("</", "");
    }

    #[test]
    fn entities() {
        case("&ge;95&#37;&#x2265;&#133;&ldquo;三&rdquo;&amp;lt;", "≥95%≥…“三”&lt;");
        case("&nbsp&middot;&copy2&bogus;&;&#;&#xZ;&", "\u{a0}·©2&bogus;&;&#;&#xZ;&");
        case("&#99999999999;&#0;", "&#99999999999;\u{fffd}");
    }
}
