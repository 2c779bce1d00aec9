//! The bytes of a page to text, and a word where the encoding was a guess.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How far into the file a declaration is looked for: Excel writes its own long head before some.
const HEAD: usize = 8192;

/// The text, and a note for the reports if its encoding was guessed or some bytes did not fit.
///
/// The order is: byte order mark, NULs of UTF-16, the header of the archive, the page's own declaration, strict
/// UTF-8, GB18030. A declaration that the bytes contradict is not believed.
pub fn decode<'a>(bytes: &'a [u8], header: Option<&str>) -> (Cow<'a, str>, Option<String>) {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return lossy(encoding, bytes.get(length..).unwrap_or_default());
    }
    match bytes {
        [b'<' | b'\r' | b'\n', 0, ..] => return lossy(UTF_16LE, bytes),
        [0, b'<' | b'\r' | b'\n', ..] => return lossy(UTF_16BE, bytes),
        _ => {}
    }
    let label = header.map(str::to_owned).or_else(|| declared(bytes));
    match label.and_then(|l| Encoding::for_label(l.trim().as_bytes())) {
        // GB2312 and GBK are older, smaller names of the same.
        Some(encoding) if encoding == GBK || encoding == GB18030 => declared_as(GB18030, UTF_8, bytes),
        Some(encoding) if encoding == UTF_8 => declared_as(UTF_8, GB18030, bytes),
        // Western and UTF-16 declarations in a page that is read as bytes are a program's default.
        Some(encoding) if ![WINDOWS_1252, UTF_16LE, UTF_16BE].contains(&encoding) => lossy(encoding, bytes),
        _ => undeclared(bytes),
    }
}

fn declared_as<'a>(
    encoding: &'static Encoding,
    other: &'static Encoding,
    bytes: &'a [u8],
) -> (Cow<'a, str>, Option<String>) {
    let is_utf8 = is_mostly_utf8(bytes);
    let contradicted = if encoding == UTF_8 { !is_utf8 && strict(UTF_8, bytes).is_none() } else { is_utf8 };
    let found = if contradicted { strict(other, bytes) } else { None };
    let note = || format!("文件声明的编码是 {}，实际按 {} 读取，请核对文字", encoding.name(), other.name());
    found.map_or_else(|| lossy(encoding, bytes), |text| (text, Some(note())))
}

fn strict<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes)
}

/// Whether the bytes are UTF-8 but for a few broken ones. Most UTF-8 is valid GB18030 as well, though nonsense;
/// GB18030 text of more than a few characters is never UTF-8.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let (mut good, mut bad) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        if c == char::REPLACEMENT_CHARACTER { bad += 1 } else { good += 1 }
    }
    good >= 8 && bad <= 1 + good / 20
}

fn undeclared(bytes: &[u8]) -> (Cow<'_, str>, Option<String>) {
    if is_mostly_utf8(bytes) {
        return lossy(UTF_8, bytes);
    }
    if let Some(text) = strict(UTF_8, bytes) {
        return (text, None);
    }
    let (text, wrong) = GB18030.decode_without_bom_handling(bytes);
    let doubt = if wrong { "，且有无法解码的字节" } else { "" };
    (text, Some(format!("文件没有声明编码，按 GB18030 读取{doubt}，请核对文字")))
}

fn lossy<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> (Cow<'a, str>, Option<String>) {
    let (text, wrong) = encoding.decode_without_bom_handling(bytes);
    (text, wrong.then(|| format!("按 {} 读取时有无法解码的字节，个别文字可能有误", encoding.name())))
}

/// The label in `charset=…` of a meta element, or in `encoding="…"` of an XML declaration.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..HEAD).unwrap_or(bytes)).to_ascii_lowercase();
    let xml = || head.strip_prefix("<?xml").and_then(|h| h.split("?>").next());
    label_after(&head, "charset").or_else(|| label_after(xml()?, "encoding"))
}

fn label_after(text: &str, word: &str) -> Option<String> {
    text.match_indices(word).find_map(|(at, _)| {
        let value = text.get(at + word.len()..)?.trim_start().strip_prefix('=')?;
        let value = value.trim_start_matches([' ', '"', '\'']);
        let end =
            value.find(|c: char| !c.is_ascii_alphanumeric() && !"-_:.".contains(c)).unwrap_or(value.len());
        value.get(..end).filter(|label| !label.is_empty()).map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "附件：项目支出绩效自评表（2023年度）";

    #[track_caller]
    fn case(encoding: &'static Encoding, meta: &str, note: Option<&str>) {
        let page = format!("<meta {meta}>{TEXT}");
        let bytes = encoding.encode(&page).0;
        let (text, found) = decode(&bytes, None);
        assert_eq!(text, page);
        match note {
            Some(part) => assert!(found.as_ref().is_some_and(|n| n.contains(part)), "{found:?}"),
            None => assert_eq!(found, None),
        }
    }

    #[test]
    fn declarations_and_guesses() {
        case(GBK, "http-equiv=Content-Type content='text/html; charset=gb2312'", None);
        case(GBK, "charset=\"GBK\"", None);
        case(UTF_8, "charset = utf-8", None);
        case(UTF_8, "", None);
        case(GBK, "", Some("没有声明"));
        case(GBK, "charset=iso-8859-1", Some("没有声明"));
        case(GBK, "charset=utf-8", Some("实际按 gb18030"));
        case(UTF_8, "charset=gb2312", Some("实际按 UTF-8"));
        case(GBK, "charset=x-unknown", Some("没有声明"));
    }

    #[test]
    fn marks_and_broken_bytes() {
        let utf16: Vec<u8> = "\u{feff}<p>分".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&utf16, None), ("<p>分".into(), None));
        assert_eq!(decode("分数".as_bytes(), Some("utf-8")), ("分数".into(), None));
        assert_eq!(decode("\u{feff}分".as_bytes(), None), ("分".into(), None));
        assert_eq!(decode(&GBK.encode("分").0, Some("gbk")), ("分".into(), None));
        let cut = TEXT.as_bytes().get(..TEXT.len() - 4).unwrap();
        let (text, note) = decode(cut, None);
        assert!(text.starts_with("附件：项目") && note.is_some_and(|n| n.contains("UTF-8")));
        assert!(decode(b"<meta charset=gbk>\xB7\xD6\xFF", None).1.is_some());
    }
}
