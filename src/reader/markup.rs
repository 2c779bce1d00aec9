//! XML bytes to elements, texts and ends: bounded in depth, and an early end of the file is an error.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::QName;

use crate::error::Cause;
use crate::grid::Grid;
use crate::reader::limits;

/// XML read from front to back. Whoever takes an [`Token::Open`] reads on to the [`Token::Close`] of the same
/// element, so that neither side has to look at the names of end tags (the parser compares them).
pub struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
}

/// What comes next in the XML.
pub enum Token<'a> {
    /// A start tag; an empty element is a start tag and an end.
    Open(Tag<'a>),
    /// A piece of text; entities and CDATA make pieces of their own.
    Text(Cow<'a, str>),
    /// The end of the element around, or of the document.
    Close,
}

/// A start tag.
pub struct Tag<'a>(BytesStart<'a>);

impl Tag<'_> {
    /// The name with its prefix.
    pub fn name(&self) -> &str {
        self.0.name().into_inner()
    }

    /// The name without prefix.
    pub fn local(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The attribute of that name; a name without prefix finds any prefix.
    pub fn attr(&self, name: &str) -> Option<String> {
        let found = self.0.attributes().with_checks(false).flatten().find(|a| is_named(a.key, name))?;
        let value = found.normalized_value(XmlVersion::Implicit1_0);
        Some(value.unwrap_or_else(|_| found.value.clone()).into_owned())
    }

    /// The attribute as a count: at least 1, and 1 where it is missing or no number.
    pub fn count(&self, name: &str) -> u32 {
        self.number(name).unwrap_or(1).max(1)
    }

    /// The attribute as a whole number; one too large for us is the largest.
    pub fn number(&self, name: &str) -> Option<u32> {
        let value = self.attr(name)?;
        let digits = value.trim();
        let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| digits.parse().unwrap_or(u32::MAX))
    }

    /// Whether the attribute says yes in one of XML's ways.
    pub fn flag(&self, name: &str) -> bool {
        self.attr(name).is_some_and(|v| matches!(v.trim(), "1" | "true" | "on" | "True"))
    }
}

fn is_named(key: QName<'_>, name: &str) -> bool {
    if name.contains(':') { key.into_inner() == name } else { key.local_name().into_inner() == name }
}

impl<'a> Xml<'a> {
    /// A reader at the start of `text`.
    pub fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Self { reader, depth: 0 }
    }

    /// The next start, text or end; [`Token::Close`] without end once the document is over.
    ///
    /// # Errors
    /// [`Cause::Corrupt`] if it is not XML or ends inside an element, [`Cause::TooLarge`] if it nests too deep.
    pub fn next(&mut self) -> Result<Token<'a>, Cause> {
        loop {
            let token = match self.reader.read_event().map_err(|e| Cause::Corrupt(e.to_string()))? {
                Event::Start(start) => return self.open(start),
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    Token::Close
                }
                Event::Text(text) => Token::Text(unix_lines(text.into_inner())),
                Event::CData(text) => Token::Text(unix_lines(text.into_inner())),
                Event::GeneralRef(entity) => Token::Text(resolve(&entity)),
                Event::Eof if self.depth > 0 => return Err(Cause::Corrupt("XML 提前结束".into())),
                Event::Eof => Token::Close,
                _ => continue,
            };
            return Ok(token);
        }
    }

    fn open(&mut self, start: BytesStart<'a>) -> Result<Token<'a>, Cause> {
        self.depth += 1;
        if self.depth > limits::DEPTH {
            return Err(Cause::TooLarge(format!("XML 嵌套超过 {} 层", limits::DEPTH)));
        }
        Ok(Token::Open(Tag(start)))
    }

    /// Reads on to the end of the element just opened.
    ///
    /// # Errors
    /// As [`Xml::next`].
    pub fn skip(&mut self) -> Result<(), Cause> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            self.next()?;
        }
        Ok(())
    }

    /// The next child element, texts between left out; `None` at the end of the element around.
    ///
    /// # Errors
    /// As [`Xml::next`].
    pub fn child(&mut self) -> Result<Option<Tag<'a>>, Cause> {
        loop {
            match self.next()? {
                Token::Open(tag) => return Ok(Some(tag)),
                Token::Text(_) => {}
                Token::Close => return Ok(None),
            }
        }
    }

    /// All text of the element just opened, the texts of its children included.
    ///
    /// # Errors
    /// As [`Xml::next`].
    pub fn text(&mut self) -> Result<String, Cause> {
        let outside = self.depth.saturating_sub(1);
        let mut all = String::new();
        while self.depth > outside {
            if let Token::Text(text) = self.next()? {
                all.push_str(&text);
            }
        }
        Ok(all)
    }
}

/// Line ends as XML wants them read; hardly any text has others, so hardly any is copied.
fn unix_lines(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")) } else { text }
}

/// What an entity stands for; one that nobody declared stays as it was typed.
fn resolve(entity: &BytesRef<'_>) -> Cow<'static, str> {
    if let Ok(Some(char)) = entity.resolve_char_ref() {
        return Cow::Owned(char.to_string());
    }
    let name: &str = entity;
    resolve_predefined_entity(name).map_or_else(|| Cow::Owned(format!("&{name};")), Cow::Borrowed)
}

/// XML bytes as text, by their byte order mark, their NULs, their declaration, else UTF-8;
/// and whether some bytes did not fit the encoding.
pub fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    let (text, _, wrong) = xml_encoding(bytes).decode(bytes);
    (text, wrong)
}

/// Says in every grid that [`decode`] met bytes that did not fit.
pub fn note_wrong_bytes(grids: &mut [Grid]) {
    for grid in grids {
        grid.notes.push("文件里有无法解码的字节，个别文字可能有误".into());
    }
}

fn xml_encoding(bytes: &[u8]) -> &'static Encoding {
    match bytes {
        [b'<', 0, ..] => return UTF_16LE,
        [0, b'<', ..] => return UTF_16BE,
        _ => {}
    }
    let head = String::from_utf8_lossy(bytes.get(..200).unwrap_or(bytes)).into_owned();
    let declaration = head.split("?>").next().unwrap_or_default();
    let label = declaration.split_once("encoding=").and_then(|(_, rest)| rest.split(['"', '\'']).nth(1));
    match label.and_then(|l| Encoding::for_label(l.as_bytes())) {
        Some(encoding) if encoding == GBK => GB18030,
        // The declaration itself was read as one-byte text.
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => UTF_8,
        Some(encoding) => encoding,
        None => UTF_8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_joined_from_its_pieces() {
        let mut xml = Xml::new("<a x:b='1&#10;2'>一&amp;<![CDATA[<二>]]><i>三</i>&nbsp;A&B</a>");
        let Ok(Some(tag)) = xml.child() else { panic!("no element") };
        assert_eq!(tag.attr("b").as_deref(), Some("1\n2"));
        assert_eq!(xml.text().unwrap(), "一&<二>三&nbsp;A&B");
    }

    #[test]
    fn an_early_end_and_deep_nesting_stop() {
        let mut cut = Xml::new("<a><b>text");
        cut.child().unwrap();
        assert!(matches!(cut.skip(), Err(Cause::Corrupt(_))));
        let deep = "<a>".repeat(300);
        let mut deep = Xml::new(&deep);
        deep.child().unwrap();
        assert!(matches!(deep.skip(), Err(Cause::TooLarge(_))));
    }

    #[test]
    fn encodings() {
        let gbk = GBK.encode("<?xml version='1.0' encoding=\"GB2312\"?><a>分</a>").0.into_owned();
        assert!(decode(&gbk).0.contains('分'));
        let utf16: Vec<u8> = "<a>分</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&utf16), ("<a>分</a>".into(), false));
    }
}
