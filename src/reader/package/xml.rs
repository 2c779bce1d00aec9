//! XML text to nodes: names without prefix, references resolved, depth bounded, no end forgotten.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use crate::error::Cause;
use crate::reader::limits;

/// A walk over the nodes of one XML part.
pub struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    part: &'a str,
    depth: usize,
}

/// One step of the walk. An empty element opens and closes.
#[derive(Debug)]
pub enum Node<'a> {
    /// An element begins.
    Open(Tag<'a>),
    /// The element opened last ends.
    Close,
    /// Text or a character reference or CDATA; line ends are `\n`.
    Text(Cow<'a, str>),
    /// The end of the part, every element being closed.
    End,
}

/// The start of an element.
#[derive(Debug, Clone)]
pub struct Tag<'a> {
    start: BytesStart<'a>,
}

impl Tag<'_> {
    /// The name without its prefix.
    pub fn name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    /// The value of the attribute spelled exactly so.
    ///
    /// # Errors
    /// [`Cause::Corrupt`] if the attributes are not well-formed.
    pub fn get(&self, name: &str) -> Result<Option<Cow<'_, str>>, Cause> {
        self.find(|key| key == name)
    }

    /// The value of the first attribute of that name under any prefix, such as `r:id`.
    ///
    /// # Errors
    /// [`Cause::Corrupt`] if the attributes are not well-formed.
    pub fn get_prefixed(&self, name: &str) -> Result<Option<Cow<'_, str>>, Cause> {
        self.find(|key| key.rsplit_once(':').is_some_and(|(_, local)| local == name))
    }

    /// The attribute as a whole number; `None` if it is absent or no such number.
    ///
    /// # Errors
    /// [`Cause::Corrupt`] if the attributes are not well-formed.
    pub fn number(&self, name: &str) -> Result<Option<u32>, Cause> {
        Ok(self.get(name)?.and_then(|value| value.trim().parse().ok()))
    }

    /// Whether the attribute says `1` or `true`.
    ///
    /// # Errors
    /// [`Cause::Corrupt`] if the attributes are not well-formed.
    pub fn flag(&self, name: &str) -> Result<bool, Cause> {
        Ok(self.get(name)?.is_some_and(|value| matches!(value.trim(), "1" | "true" | "on")))
    }

    fn find(&self, wanted: impl Fn(&str) -> bool) -> Result<Option<Cow<'_, str>>, Cause> {
        for attribute in self.start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| malformed(self.name(), &error))?;
            if wanted(attribute.key.into_inner()) {
                let value = attribute.normalized_value(XmlVersion::Implicit1_0);
                return value.map(Some).map_err(|error| malformed(self.name(), &error));
            }
        }
        Ok(None)
    }
}

fn malformed(place: &str, error: &dyn std::fmt::Display) -> Cause {
    Cause::Corrupt(format!("{place} 不是规范的 XML：{error}"))
}

impl<'a> Xml<'a> {
    /// A walk over `text`; `part` names it in errors.
    pub fn new(text: &'a str, part: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, part, depth: 0 }
    }

    /// The next node.
    ///
    /// # Errors
    /// [`Cause::Corrupt`] for anything not well-formed, for a part that ends early, and for entities of its own
    /// (they are never expanded); [`Cause::TooLarge`] if elements nest too deep.
    pub fn step(&mut self) -> Result<Node<'a>, Cause> {
        loop {
            match self.reader.read_event().map_err(|error| malformed(self.part, &error))? {
                Event::Start(start) | Event::Empty(start) => return self.open(start),
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Node::Close);
                }
                Event::Text(text) => return Ok(Node::Text(text.xml10_content())),
                Event::CData(text) => return Ok(Node::Text(text.xml10_content())),
                Event::GeneralRef(reference) => return self.resolve(&reference),
                Event::Eof if self.depth == 0 => return Ok(Node::End),
                Event::Eof => return Err(Cause::Corrupt(format!("{} 没有写完", self.part))),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }

    fn open(&mut self, start: BytesStart<'a>) -> Result<Node<'a>, Cause> {
        self.depth += 1;
        if self.depth > limits::DEPTH {
            return Err(Cause::TooLarge(format!("{} 的元素嵌套超过 {} 层", self.part, limits::DEPTH)));
        }
        Ok(Node::Open(Tag { start }))
    }

    fn resolve(&self, reference: &BytesRef<'_>) -> Result<Node<'a>, Cause> {
        let character = reference.resolve_char_ref().map_err(|error| malformed(self.part, &error))?;
        if let Some(character) = character {
            return Ok(Node::Text(character.to_string().into()));
        }
        match quick_xml::escape::resolve_xml_entity(reference) {
            Some(text) => Ok(Node::Text(text.into())),
            None => Err(Cause::Corrupt(format!("{} 含有自定义实体，拒绝展开", self.part))),
        }
    }

    /// The outermost element.
    ///
    /// # Errors
    /// As [`Self::step`], and [`Cause::Corrupt`] if there is none.
    pub fn root(&mut self) -> Result<Tag<'a>, Cause> {
        loop {
            match self.step()? {
                Node::Open(tag) => return Ok(tag),
                Node::End => return Err(Cause::Corrupt(format!("{} 没有内容", self.part))),
                Node::Close | Node::Text(_) => {}
            }
        }
    }

    /// Calls `each` on every child of the element opened last, up to its end.
    /// `each` must walk the child to its end (by [`Self::skip`], [`Self::text`] or this).
    ///
    /// # Errors
    /// As [`Self::step`], or whatever `each` returns.
    pub fn children(
        &mut self,
        mut each: impl FnMut(&mut Self, Tag<'a>) -> Result<(), Cause>,
    ) -> Result<(), Cause> {
        loop {
            match self.step()? {
                Node::Open(tag) => each(self, tag)?,
                Node::Text(_) => {}
                Node::Close | Node::End => return Ok(()),
            }
        }
    }

    /// Walks to the end of the element opened last.
    ///
    /// # Errors
    /// As [`Self::step`].
    pub fn skip(&mut self) -> Result<(), Cause> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            self.step()?;
        }
        Ok(())
    }

    /// The text of the element opened last, without that of elements inside it, up to its end.
    ///
    /// # Errors
    /// As [`Self::step`], and [`Cause::TooLarge`] beyond [`limits::TEXT_CHARS`].
    pub fn text(&mut self) -> Result<String, Cause> {
        let mut text = String::new();
        loop {
            match self.step()? {
                Node::Open(_) => self.skip()?,
                Node::Text(piece) => text.push_str(&piece),
                Node::Close | Node::End => break,
            }
        }
        check_length(&text)?;
        Ok(text)
    }
}

/// Refuses a text longer than a cell can hold.
///
/// # Errors
/// [`Cause::TooLarge`] beyond [`limits::TEXT_CHARS`].
pub fn check_length(text: &str) -> Result<(), Cause> {
    if text.len() > limits::TEXT_CHARS && text.chars().count() > limits::TEXT_CHARS {
        return Err(Cause::TooLarge(format!("单元格文字超过 {} 字", limits::TEXT_CHARS)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(source: &str) -> Result<String, Cause> {
        let mut xml = Xml::new(source, "x.xml");
        xml.root()?;
        xml.text()
    }

    #[test]
    fn text_is_joined_and_references_resolved() {
        for (source, text) in [
            ("<t>a &lt; b &amp; &#x7532;&#13;</t>", "a < b & 甲\r"),
            ("<x:t> 甲<![CDATA[<乙>]]>\r\n丙<!-- no --> </x:t>", " 甲<乙>\n丙 "),
            ("<t>a<b>inner</b>c</t>", "ac"),
            ("<t/>", ""),
        ] {
            assert_eq!(text_of(source).unwrap(), text);
        }
    }

    #[test]
    fn what_is_not_well_formed_is_an_error() {
        for source in [
            "",
            "no xml",
            "<t>",
            "<t>a",
            "<t>a</u>",
            "<t>&eacute;</t>",
            "<t>&</t>",
            "<t>&#0;</t>",
            "<t><b></t>",
        ] {
            assert!(matches!(text_of(source), Err(Cause::Corrupt(_))), "{source}");
        }
        let laughs = "<!DOCTYPE t [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><t>&b;</t>";
        assert!(matches!(text_of(laughs), Err(Cause::Corrupt(_))));
        assert!(matches!(text_of(&"<t>".repeat(300)), Err(Cause::TooLarge(_))));
        let long = format!("<t>{}</t>", "长".repeat(limits::TEXT_CHARS + 1));
        assert!(matches!(text_of(&long), Err(Cause::TooLarge(_))));
    }

    #[test]
    fn attributes_are_found_by_name() {
        let mut xml = Xml::new("<x:c r='B&#50;' r:id=\"rId1\" hidden='true' n=' 7 '/>", "x.xml");
        let tag = xml.root().unwrap();
        assert_eq!(tag.name(), "c");
        assert_eq!(tag.get("r").unwrap().as_deref(), Some("B2"));
        assert_eq!(tag.get("id").unwrap(), None);
        assert_eq!(tag.get_prefixed("id").unwrap().as_deref(), Some("rId1"));
        assert_eq!(tag.number("n").unwrap(), Some(7));
        assert!(tag.flag("hidden").unwrap() && !tag.flag("r").unwrap());
        let broken = Xml::new("<c r=A1 s='1'/>", "x.xml").root().unwrap();
        assert!(broken.get("s").is_err());
    }
}
