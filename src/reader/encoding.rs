//! Bytes to text, with a note in Chinese where the guess was doubtful.

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// Text that was decoded, and what the user should know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text without its byte order mark; `\u{FFFD}` stands for bytes that are no character.
    pub text: String,
    /// Said where bytes were lost.
    pub note: Option<String>,
}

/// Bytes that are looked at for the pattern of UTF-16.
const SAMPLE: usize = 1 << 20;
/// GB18030's own spelling of the byte order mark.
const GB18030_BOM: [u8; 4] = [0x84, 0x31, 0x95, 0x33];

/// Decodes by mark, then UTF-16 by its pattern, then UTF-8, then GB18030, the common code of Chinese systems.
pub fn decode(bytes: &[u8]) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return finish(encoding, bytes.get(mark..).unwrap_or_default());
    }
    if let Some(rest) = bytes.strip_prefix(&GB18030_BOM) {
        return finish(GB18030, rest);
    }
    finish(guess(bytes), bytes)
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    if let Some(wide) = wide(bytes) {
        return wide;
    }
    match lossy_utf8(bytes) {
        (_, 0) => UTF_8,
        // A broken place or two do not make Chinese UTF-8 anything else; in GBK text most sequences are broken.
        (valid, broken) if valid > 4 * broken => UTF_8,
        _ => GB18030,
    }
}

fn finish(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let lost = text.matches('\u{FFFD}').count();
    let name = encoding.name();
    let note =
        (lost > 0).then(|| format!("按 {name} 解码，有 {lost} 处字节不成文字（显示为 �），请与原件核对"));
    Decoded { text: text.into_owned(), note }
}

/// How many multi-byte sequences are valid UTF-8, and how many places are broken.
fn lossy_utf8(bytes: &[u8]) -> (usize, usize) {
    bytes.utf8_chunks().fold((0, 0), |(valid, broken), chunk| {
        let wide = chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        (valid + wide, broken + usize::from(!chunk.invalid().is_empty()))
    })
}

/// How two bytes make a unit.
type Unit = fn([u8; 2]) -> u16;

/// UTF-16 without a mark. ASCII characters leave a NUL each; in Chinese text these are the tabs, line ends,
/// digits and commas, so even a few of them decide, if what they give reads as text.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let bytes = bytes.get(..SAMPLE).unwrap_or(bytes);
    let nuls = bytes.split(|b| *b == 0).count() - 1;
    let cut_character = usize::from(bytes.len() == SAMPLE);
    let stray_in_utf8 = nuls.saturating_mul(5) < bytes.len() && lossy_utf8(bytes).1 <= cut_character;
    if nuls.saturating_mul(600) < bytes.len() || nuls == 0 || stray_in_utf8 {
        return None;
    }
    let candidates = [(UTF_16LE, u16::from_le_bytes as Unit), (UTF_16BE, u16::from_be_bytes)];
    let scored = candidates.map(|(encoding, unit)| (readable(bytes, unit), encoding));
    let (score, best) = scored.into_iter().max_by_key(|(score, _)| *score)?;
    (score > 85).then_some(best)
}

/// Per cent of the units that are characters of Chinese office text.
fn readable(bytes: &[u8], unit: Unit) -> usize {
    let units = bytes.as_chunks::<2>().0;
    let good = units.iter().filter(|pair| is_office_text(unit(**pair))).count();
    (good * 100).checked_div(units.len()).unwrap_or(0)
}

fn is_office_text(unit: u16) -> bool {
    matches!(unit, 0x09 | 0x0A | 0x0D | 0x20..=0x7E | 0xA0..=0xFF | 0x2010..=0x2642 | 0x3000..=0x303F
        | 0x3220..=0x33FF | 0x4E00..=0x9FFF | 0xFE30..=0xFE6F | 0xFF01..=0xFF5E | 0xFFE5)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str =
        "项目支出绩效自评表\n项目名称\t停征退管服务费补助\n年度资金总额：\t70\t69.91\t99.87%\n";
    const SPARSE: &str = "年度总体目标保障退休人员社会化管理各项措施落实到位\t维护退休人员各项权利\n";

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn text_comes_back_from_every_encoding() {
        for text in [FORM, SPARSE, "a,b\r\nc,d\r\n"] {
            let bom = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
            for bytes in [
                text.as_bytes().to_vec(),
                bom(b"\xEF\xBB\xBF", text.into()),
                GB18030.encode(text).0.into_owned(),
                bom(&GB18030_BOM, GB18030.encode(text).0.into_owned()),
                utf16(text, u16::to_le_bytes),
                utf16(text, u16::to_be_bytes),
                bom(b"\xFF\xFE", utf16(text, u16::to_le_bytes)),
                bom(b"\xFE\xFF", utf16(text, u16::to_be_bytes)),
            ] {
                assert_eq!(decode(&bytes), Decoded { text: text.to_owned(), note: None });
            }
        }
    }

    #[test]
    fn rare_characters_of_gb18030() {
        let bytes = GB18030.encode("𠮷①㎡·—€").0.into_owned();
        assert_eq!(decode(&bytes).text, "𠮷①㎡·—€");
    }

    #[test]
    fn losses_are_counted() {
        let mut broken = FORM.as_bytes().to_vec();
        broken.extend(b"\xE9\xA1\n\xFF");
        let read = decode(&broken);
        assert!(read.text.starts_with("项目支出绩效自评表\n项目名称\t"), "{}", read.text);
        assert!(read.note.unwrap().contains("2 处"));
        let gbk = [GB18030.encode(SPARSE).0.as_ref(), b"\xFF"].concat();
        assert!(decode(&gbk).note.unwrap().contains("gb18030"));
    }

    #[test]
    fn stray_nuls_do_not_make_utf_16() {
        assert_eq!(decode(b"abcdefgh\0ijklm").text, "abcdefgh\0ijklm");
        let text = FORM.replace('\t', "\t\0");
        assert_eq!(decode(text.as_bytes()).text, text);
        let gbk = GB18030.encode(&text).0.into_owned();
        assert_eq!(decode(&gbk).text, text);
    }
}
