//! A zip container to its parts, with every limit checked before anything is inflated.

pub mod sheet;
pub mod xml;

use std::collections::HashMap;
use std::io::Cursor;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::error::Cause;
use crate::reader::limits;
use crate::reader::zipped::{Zipped, part_key};
use xml::Xml;

/// An open container; part names are compared without case, leading slash or back slashes.
pub struct Package<'a> {
    zip: Zipped<Cursor<&'a [u8]>>,
    parts: HashMap<String, usize>,
    /// What may still be inflated: many names for one part must not multiply the work.
    budget: Budget,
}

/// What a link costs: the list is looked through for each sheet, so it must stay short.
const LINK_BYTES: usize = 1000;

/// What a shared string costs beside its letters.
pub const STRING_BYTES: usize = 64;

/// What may still be used up of one of the limits.
#[derive(Debug)]
pub struct Budget {
    limit: u64,
    left: u64,
    what: &'static str,
}

impl Budget {
    /// As much as a container may inflate to.
    fn inflated() -> Self {
        Self { limit: limits::inflated_bytes(), left: limits::inflated_bytes(), what: "解压后的内容" }
    }

    /// As much as may be kept of a workbook.
    pub fn content() -> Self {
        Self { limit: limits::content_bytes(), left: limits::content_bytes(), what: "单元格内容" }
    }

    fn exceeded(&self) -> Cause {
        limits::exceeded(format!("{}超过 {} MB", self.what, self.limit >> 20))
    }

    /// Uses up `bytes`.
    ///
    /// # Errors
    /// [`Cause::TooLarge`] if there is not as much left.
    pub fn spend(&mut self, bytes: usize) -> Result<(), Cause> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(bytes).ok_or_else(|| self.exceeded())?;
        Ok(())
    }
}

/// A link from one part to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relationship {
    /// What the linking part calls it.
    pub id: String,
    /// The last word of its type, such as `worksheet`; the same in both namespaces.
    pub kind: String,
    /// The name of the part it leads to.
    pub target: String,
}

impl<'a> Package<'a> {
    /// Opens a container.
    ///
    /// # Errors
    /// [`Cause::TooLarge`] for too many parts or too much content, [`Cause::Corrupt`] if it is no sound zip.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Cause> {
        let zip = Zipped::open(Cursor::new(bytes))?;
        let budget = Budget::inflated();
        if zip.declared_bytes() > budget.left {
            return Err(budget.exceeded());
        }
        let parts = zip.entries().map(|(index, entry)| (part_key(entry.name_raw()), index)).collect();
        Ok(Self { zip, parts, budget })
    }

    /// Whether there is a part of that name.
    pub fn has(&self, name: &str) -> bool {
        self.parts.contains_key(&part_key(name.as_bytes()))
    }

    /// The part that the container calls its document, else `usual`.
    ///
    /// # Errors
    /// As [`Self::relationships`].
    pub fn main_part(&mut self, usual: &str) -> Result<String, Cause> {
        let links = self.relationships("")?;
        let main = links.into_iter().find(|link| link.kind == "officeDocument" && self.has(&link.target));
        Ok(main.map_or_else(|| usual.to_owned(), |link| link.target))
    }

    /// The bytes of a part, `None` if there is none of that name.
    ///
    /// # Errors
    /// [`Cause::Encrypted`], [`Cause::Corrupt`] if it cannot be inflated, [`Cause::TooLarge`] if too much was read.
    pub fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, Cause> {
        let Some(index) = self.parts.get(&part_key(name.as_bytes())).copied() else { return Ok(None) };
        self.budget.spend(usize::try_from(self.zip.size(index)).unwrap_or(usize::MAX))?;
        self.zip.read(index).map(Some).map_err(|cause| match cause {
            Cause::Corrupt(why) => Cause::Corrupt(format!("{name} {why}")),
            other => other,
        })
    }

    /// The text of an XML part, whatever its encoding; `None` if there is none of that name.
    ///
    /// # Errors
    /// As [`Self::part`], and [`Cause::Corrupt`] if the bytes are not text in the encoding they claim.
    pub fn xml(&mut self, name: &str) -> Result<Option<String>, Cause> {
        let Some(bytes) = self.part(name)? else { return Ok(None) };
        match decode_xml(bytes) {
            Some(text) => Ok(Some(text)),
            None => Err(Cause::Corrupt(format!("{name} 的文字编码有误"))),
        }
    }

    /// The links out of a part (`""`: out of the package), external ones left out.
    ///
    /// # Errors
    /// As [`Self::xml`], and [`Cause::Corrupt`] if the list of links is not well-formed.
    pub fn relationships(&mut self, part: &str) -> Result<Vec<Relationship>, Cause> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let name = format!("{folder}/_rels/{file}.rels");
        let Some(text) = self.xml(&name)? else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        let budget = &mut self.budget;
        let mut xml = Xml::new(&text, &name);
        xml.root()?;
        xml.children(|xml, tag| {
            let external = tag.get("TargetMode")?.is_some_and(|mode| mode == "External");
            if tag.name() == "Relationship" && !external {
                budget.spend(LINK_BYTES)?;
                let kind = tag.get("Type")?.unwrap_or_default();
                found.push(Relationship {
                    id: tag.get("Id")?.unwrap_or_default().into_owned(),
                    kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                    target: resolve(folder, &tag.get("Target")?.unwrap_or_default()),
                });
            }
            xml.skip()
        })?;
        Ok(found)
    }
}

/// A target as written in a part of `folder` → the name of the part: `../styles.xml`, `/xl/styles.xml`.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let full = if target.starts_with('/') { target } else { format!("{folder}/{target}") };
    let mut path: Vec<&str> = Vec::new();
    for step in full.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            _ => path.push(step),
        }
    }
    path.join("/")
}

/// XML bytes to text: by the byte order mark, by the NULs of UTF-16, else by the declaration.
pub(super) fn decode_xml(bytes: Vec<u8>) -> Option<String> {
    let encoding = match bytes.as_slice() {
        [0xFF, 0xFE, ..] | [b'<', 0, ..] => UTF_16LE,
        [0xFE, 0xFF, ..] | [0, b'<', ..] => UTF_16BE,
        _ => declared_encoding(&bytes),
    };
    if encoding == UTF_8 {
        let text = String::from_utf8(bytes).ok()?;
        return Some(text.strip_prefix('\u{FEFF}').map(ToOwned::to_owned).unwrap_or(text));
    }
    let (text, _, wrong) = encoding.decode(&bytes);
    (!wrong).then(|| text.into_owned())
}

/// The encoding that `<?xml … encoding="…"?>` names; UTF-8 if none, or if UTF-16 is claimed by single bytes.
fn declared_encoding(bytes: &[u8]) -> &'static Encoding {
    let head = String::from_utf8_lossy(bytes.get(..200).unwrap_or(bytes)).into_owned();
    let declaration = head.split_once("?>").map_or("", |(declaration, _)| declaration);
    let label = declaration.split_once("encoding").map_or("", |(_, rest)| rest);
    let label = label.trim_start_matches(['=', ' ', '"', '\'']);
    let label = label.split(['"', '\'']).next().unwrap_or_default();
    let named = Encoding::for_label(label.as_bytes()).unwrap_or(UTF_8);
    if named == UTF_16LE || named == UTF_16BE { UTF_8 } else { named }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    pub(crate) use crate::reader::zipped::tests::zip_of;

    #[test]
    fn targets_resolve_to_part_names() {
        for (folder, target, name) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/styles.xml", "xl/styles.xml"),
            ("xl/worksheets", "../media/a.png", "xl/media/a.png"),
            ("xl", "./worksheets\\sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
            ("", "../../x", "x"),
        ] {
            assert_eq!(resolve(folder, target), name);
        }
    }

    #[test]
    fn part_names_are_found_in_any_spelling() {
        let bytes = zip_of(&[("XL\\Workbook.xml", b"<a/>")]);
        let mut package = Package::open(&bytes).unwrap();
        assert_eq!(package.xml("/xl/workbook.xml").unwrap().as_deref(), Some("<a/>"));
        assert!(!package.has("xl/styles.xml") && package.part("xl/styles.xml").unwrap().is_none());
    }

    #[test]
    fn xml_is_decoded_by_what_its_bytes_are() {
        let utf16 = |big: bool| {
            let units = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><甲/>".encode_utf16();
            units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect::<Vec<u8>>()
        };
        let marked = [&[0xFF, 0xFE][..], &utf16(false)].concat();
        for bytes in [utf16(false), utf16(true), marked] {
            assert!(decode_xml(bytes).unwrap().ends_with("<甲/>"));
        }
        let gbk = b"<?xml version='1.0' encoding='GB2312'?><\xBC\xD7/>".to_vec();
        assert!(decode_xml(gbk).unwrap().ends_with("<甲/>"));
        assert_eq!(decode_xml("\u{FEFF}<甲/>".into()).as_deref(), Some("<甲/>"));
        let wrongly_claimed = "<?xml version=\"1.0\" encoding=\"utf-16\"?><甲/>";
        assert_eq!(decode_xml(wrongly_claimed.into()).as_deref(), Some(wrongly_claimed));
        assert_eq!(decode_xml(b"<a>\xFF</a>".to_vec()), None);
    }

    #[test]
    fn bombs_are_refused_by_their_directory() {
        let mut bytes = zip_of(&[("a", &[0; 100])]);
        // The declared size of the only entry, in its directory record and its local header.
        let directory = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
        bytes[directory + 24..directory + 28].copy_from_slice(&(1_u32 << 30).to_le_bytes());
        assert!(matches!(Package::open(&bytes), Err(Cause::TooLarge(_))));
        bytes[directory + 24..directory + 28].copy_from_slice(&10_u32.to_le_bytes());
        let mut package = Package::open(&bytes).unwrap();
        assert!(matches!(package.part("a"), Err(Cause::Corrupt(_))));
    }

    #[test]
    fn one_part_read_again_and_again_is_too_much() {
        let bytes = zip_of(&[("a", &[0; 100])]);
        let mut package = Package::open(&bytes).unwrap();
        package.budget.left = 250;
        assert!(package.part("a").is_ok() && package.part("a").is_ok());
        assert!(matches!(package.part("a"), Err(Cause::TooLarge(_))));
    }
}
