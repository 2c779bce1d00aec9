//! Bytes to the kind of file they are, by what is in them, never by name.

use std::io::{Cursor, Read, Seek};

use crate::error::Cause;
use crate::reader::encoding;
use crate::reader::ole::{self, Ole};
use crate::reader::zipped::{Zipped, part_key};

/// What holds the table, and so which reader opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Container {
    /// Excel workbook since 2007 (also `.xlsm`, `.xltx`).
    Xlsx,
    /// Excel's binary workbook since 2007.
    Xlsb,
    /// Excel workbook before 2007, also `.et`.
    Xls,
    /// ODF spreadsheet.
    Ods,
    /// ODF spreadsheet in one XML file.
    FlatOds,
    /// Word document since 2007, which may hold the form as a table.
    Docx,
    /// Web page, often named `.xls` by the system that exported it.
    Html,
    /// Web page packed as a mail message (`.mht`).
    Mhtml,
    /// Excel 2003 XML.
    SpreadsheetMl2003,
    /// CSV, tab-separated or plain text.
    Delimited,
    /// JSON, one document or one a line.
    Json,
}

/// Bytes of a text that are looked at.
const TEXT_HEAD: usize = 64 << 10;
/// Bytes of a part that is looked at inside a zip.
const PART_HEAD: u64 = 1 << 20;

/// Tells what `bytes` are.
///
/// # Errors
///
/// [`Cause::Empty`], [`Cause::Encrypted`], [`Cause::NotATable`] with the word for what it is instead,
/// [`Cause::Zip`] for a zip of files, [`Cause::Packed`] for what is packed otherwise, [`Cause::Corrupt`] and [`Cause::TooLarge`] where a container cannot be looked into.
pub fn sniff(bytes: &[u8]) -> Result<Container, Cause> {
    if bytes.starts_with(&ole::MAGIC) {
        return sniff_ole(bytes);
    }
    if is_zip(bytes) {
        return zip_kind(&mut Zipped::open(Cursor::new(bytes))?);
    }
    if let Some(biff) = sniff_bare_biff(bytes) {
        return biff;
    }
    match foreign(bytes) {
        Some(name) if name.ends_with("压缩包") => Err(Cause::Packed(name.to_owned())),
        Some(name) => not_a_table(name),
        None => sniff_text(bytes),
    }
}

/// Whether `bytes` begin as a zip does.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

fn not_a_table(name: &str) -> Result<Container, Cause> {
    Err(Cause::NotATable(name.to_owned()))
}

/// Streams and storages that tell what an OLE file is.
const OLE_KINDS: [(&str, &str); 7] = [
    ("WordDocument", "Word 97—2003 文档"),
    ("PowerPoint Document", "PowerPoint 演示文稿"),
    ("__properties_version1.0", "Outlook 邮件"),
    ("VisioDocument", "Visio 图形"),
    ("HwpSummaryInformation", "HWP 文档"),
    ("MatOST", "Works 文档"),
    ("Contents", "其他程序的文档"),
];

fn sniff_ole(bytes: &[u8]) -> Result<Container, Cause> {
    let ole = Ole::open(bytes)?;
    if ["EncryptedPackage", "EncryptedSummary", "\u{6}DataSpaces"].iter().any(|name| ole.has(name)) {
        return Err(Cause::Encrypted);
    }
    if ole.has("Workbook") || ole.has("Book") {
        return Ok(Container::Xls);
    }
    match OLE_KINDS.iter().find(|(stream, _)| ole.has(stream)) {
        Some((_, name)) => not_a_table(name),
        None if ole.has_somewhere("Workbook") || ole.has_somewhere("Book") => Ok(Container::Xls),
        None => not_a_table("不含表格的复合文档"),
    }
}

/// A workbook stream without its container: BIFF5 and later can be read, earlier ones cannot.
fn sniff_bare_biff(bytes: &[u8]) -> Option<Result<Container, Cause>> {
    let len = ole::u16_at(bytes, 2)?;
    match ole::u16_at(bytes, 0)? {
        0x0809 if (4..=16).contains(&len) => Some(Ok(Container::Xls)),
        0x0009 | 0x0209 | 0x0409 if (4..=8).contains(&len) => Some(not_a_table("Excel 4.0 或更早的工作表")),
        _ => None,
    }
}

/// First bytes (behind an offset) of files that hold no table, and what people call them.
const FOREIGN: [(usize, &[u8], &str); 51] = [
    (0, b"%PDF", "PDF"),
    (0, b"\x89PNG", "图片"),
    (0, b"\xFF\xD8\xFF", "图片"),
    (0, b"GIF8", "图片"),
    (0, b"II*\0", "图片"),
    (0, b"MM\0*", "图片"),
    (0, b"8BPS", "图片"),
    (8, b"WEBP", "图片"),
    (4, b"ftyphei", "图片"),
    (4, b"ftypmif1", "图片"),
    (4, b"ftypavif", "图片"),
    (4, b"ftyp", "视频"),
    (0, b"\0\0\x01\0", "图标"),
    (0, b"\xD7\xCD\xC6\x9A", "图片"),
    (40, b" EMF", "图片"),
    (8, b"AVI ", "视频"),
    (8, b"WAVE", "声音"),
    (0, b"\x1A\x45\xDF\xA3", "视频"),
    (0, b"FLV\x01", "视频"),
    (0, b"\x30\x26\xB2\x75", "视频"),
    (0, b"\0\0\x01\xBA", "视频"),
    (0, b"ID3", "声音"),
    (0, b"\xFF\xFB", "声音"),
    (0, b"OggS", "声音"),
    (0, b"#!AMR", "声音"),
    (0, b"fLaC", "声音"),
    (0, b"Rar!", "RAR 压缩包"),
    (0, b"7z\xBC\xAF\x27\x1C", "7z 压缩包"),
    (0, b"\x1F\x8B", "gzip 压缩包"),
    (0, b"BZh", "bzip2 压缩包"),
    (0, b"\xFD7zXZ\0", "xz 压缩包"),
    (0, b"\x28\xB5\x2F\xFD", "zstd 压缩包"),
    (0, b"MSCF", "CAB 压缩包"),
    (257, b"ustar", "tar 压缩包"),
    (0, b"MZ", "程序"),
    (0, b"\x7FELF", "程序"),
    (0, b"\xFE\xED\xFA", "程序"),
    (0, b"\xCF\xFA\xED\xFE", "程序"),
    (0, b"\xCA\xFE\xBA\xBE", "程序"),
    (0, b"#!/", "程序"),
    (0, b"{\\rtf", "RTF 文档"),
    (0, b"SQLite format 3", "SQLite 数据库"),
    (4, b"Standard Jet DB", "Access 数据库"),
    (4, b"Standard ACE DB", "Access 数据库"),
    (0, b"AC10", "CAD 图纸"),
    (0, b"%!PS", "PostScript 文档"),
    (0, b"\0\0\x02\0", "Lotus 1-2-3 表格"),
    (0, b"\0\0\x1A\0", "Lotus 1-2-3 表格"),
    (0, b"L\0\0\0\x01\x14\x02\0", "快捷方式，不是文件本身"),
    (0, b"ITSF", "帮助文件"),
    (0, b"ID;P", "SYLK 表格"),
];

fn foreign(bytes: &[u8]) -> Option<&'static str> {
    let starts = |(at, magic, _): &&(usize, &[u8], _)| bytes.get(*at..).is_some_and(|b| b.starts_with(magic));
    let known = FOREIGN.iter().find(starts).filter(|(_, magic, _)| magic.len() > 2 || is_binary(bytes));
    // Some mail systems put a few lines before a PDF; the first two letters of a bitmap alone say little.
    let late_pdf = || bytes.get(..1024).unwrap_or(bytes).windows(5).any(|w| w == b"%PDF-");
    let bitmap = || bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4]);
    known.map(|(_, _, name)| *name).or_else(|| match () {
        () if late_pdf() => Some("PDF"),
        () if bitmap() => Some("图片"),
        () => None,
    })
}

/// What the content types and part names of a zip tell, the most telling first.
const TYPES: [(&str, Result<Container, &str>); 9] = [
    ("sheet.binary.macroenabled.main", Ok(Container::Xlsb)),
    ("spreadsheetml.sheet.main", Ok(Container::Xlsx)),
    ("spreadsheetml.template.main", Ok(Container::Xlsx)),
    ("sheet.macroenabled.main", Ok(Container::Xlsx)),
    ("template.macroenabled.main", Ok(Container::Xlsx)),
    ("wordprocessingml", Ok(Container::Docx)),
    ("word.document.macroenabled", Ok(Container::Docx)),
    ("presentationml", Err("PowerPoint 演示文稿")),
    ("visio", Err("Visio 图形")),
];
const PARTS: [(&str, Result<Container, &str>); 8] = [
    ("xl/workbook.bin", Ok(Container::Xlsb)),
    ("xl/workbook.xml", Ok(Container::Xlsx)),
    ("word/document.xml", Ok(Container::Docx)),
    ("ppt/presentation.xml", Err("PowerPoint 演示文稿")),
    ("ofd.xml", Err("OFD 版式文件")),
    ("index/document.iwa", Err("苹果 iWork 文档")),
    ("androidmanifest.xml", Err("手机程序")),
    ("meta-inf/container.xml", Err("电子书")),
];

/// Tells what is zipped, as [`sniff`] does.
pub(crate) fn zip_kind<R: Read + Seek>(zip: &mut Zipped<R>) -> Result<Container, Cause> {
    if let Some(kind) = open_document(zip) {
        return kind;
    }
    let types = part(zip, "[content_types].xml").to_lowercase();
    // A part at its usual place says more than the types: some writers declare types of parts that they never write.
    let by_part = PARTS.iter().find(|(name, _)| index_of(zip, name).is_some()).map(|(_, kind)| *kind);
    let by_type = || TYPES.iter().find(|(mark, _)| types.contains(mark)).map(|(_, kind)| *kind);
    match by_part.or_else(by_type) {
        Some(Ok(container)) => Ok(container),
        Some(Err(name)) => not_a_table(name),
        None => Err(Cause::Zip),
    }
}

/// Some writers use `\` between folders, some capitals.
fn index_of<R: Read + Seek>(zip: &Zipped<R>, name: &str) -> Option<usize> {
    zip.entries().find(|(_, entry)| part_key(entry.name_raw()) == name).map(|(index, _)| index)
}

/// The head of a part as text, empty if there is none.
fn part<R: Read + Seek>(zip: &mut Zipped<R>, name: &str) -> String {
    let head = index_of(zip, name).map(|index| zip.head(index, PART_HEAD)).unwrap_or_default();
    encoding::decode(&head).text
}

/// The kind by the ODF mimetype, or by the manifest where a careless writer left that out.
fn open_document<R: Read + Seek>(zip: &mut Zipped<R>) -> Option<Result<Container, Cause>> {
    let mimetype = part(zip, "mimetype");
    let manifest = part(zip, "meta-inf/manifest.xml");
    let kind = [&mimetype, &manifest].into_iter().find(|text| text.contains("vnd.oasis.opendocument."))?;
    if manifest.contains("encryption-data") {
        return Some(Err(Cause::Encrypted));
    }
    Some(match kind {
        kind if kind.contains("opendocument.spreadsheet") => Ok(Container::Ods),
        kind if kind.contains("opendocument.text") => not_a_table("OpenDocument 文字文档"),
        kind if kind.contains("opendocument.presentation") => not_a_table("OpenDocument 演示文稿"),
        _ => not_a_table("OpenDocument 图形"),
    })
}

fn sniff_text(bytes: &[u8]) -> Result<Container, Cause> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Cause::Empty);
    }
    if bytes.iter().all(|b| *b == 0) {
        return Err(Cause::Corrupt("内容全是零字节".to_owned()));
    }
    if is_binary(bytes) {
        return not_a_table("无法识别的二进制数据");
    }
    let text = head(bytes);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}' || c == '\0');
    if text.is_empty() && bytes.len() <= TEXT_HEAD {
        return Err(Cause::Empty);
    }
    match text.chars().next() {
        Some('<') => sniff_markup(&text.to_lowercase()),
        Some('{' | '[') if is_json(text) => Ok(Container::Json),
        _ if is_mail(text) => Ok(Container::Mhtml),
        _ if late_markup(text) => Ok(Container::Html),
        Some('T') if text.starts_with("TABLE\r\n0,1") || text.starts_with("TABLE\n0,1") => {
            not_a_table("DIF 表格")
        }
        _ => Ok(Container::Delimited),
    }
}

fn head(bytes: &[u8]) -> String {
    encoding::decode(bytes.get(..TEXT_HEAD).unwrap_or(bytes)).text
}

/// Whether more than one character in twenty is a control character or none at all.
fn is_binary(bytes: &[u8]) -> bool {
    let text = head(bytes);
    let rubbish = |c: &char| *c == '\u{FFFD}' || (c.is_control() && !matches!(c, '\t'..='\r' | '\x1A'));
    // The head may end in the middle of a character.
    text.chars().filter(rubbish).count().saturating_sub(2) * 20 > text.chars().count()
}

/// A JSON document, an array of them, or one a line: not a text that begins with a bracket.
fn is_json(text: &str) -> bool {
    let mut chars = text.chars().filter(|c| !c.is_whitespace());
    match (chars.next(), chars.next()) {
        (Some('{'), Some('"' | '}')) | (Some('['), Some('{' | '[' | ']' | '"')) => true,
        (Some('['), Some(c)) => c.is_ascii_digit() && text.trim_end().ends_with(']'),
        _ => false,
    }
}

/// A mail message or `.mht` page: header lines, one of which speaks of MIME.
fn is_mail(text: &str) -> bool {
    let headers: String =
        text.lines().take_while(|l| !l.trim().is_empty()).take(60).collect::<Vec<_>>().join("\n");
    let headers = headers.to_lowercase();
    let first_is_header = headers.split_once(':').is_some_and(|(name, _)| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    });
    first_is_header && (headers.contains("mime-version:") || headers.contains("content-type: multipart/"))
}

/// A page behind some lines of text, as careless export programs write it.
fn late_markup(text: &str) -> bool {
    let head: String = text.chars().take(4096).collect::<String>().to_lowercase();
    ["<html", "<table", "<!doctype html"].iter().any(|tag| head.contains(tag))
}

/// What the root element of (lower-case) markup tells.
fn sniff_markup(text: &str) -> Result<Container, Cause> {
    let root = root_element(text);
    let name = root.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next().unwrap_or_default();
    let local = name.rsplit(':').next().unwrap_or_default();
    match local {
        "workbook" if root.contains("office:spreadsheet") => Ok(Container::SpreadsheetMl2003),
        "document" if text.contains("opendocument.spreadsheet") => Ok(Container::FlatOds),
        "document" if text.contains("opendocument.") => not_a_table("OpenDocument 文字文档"),
        "package" | "worddocument" => not_a_table("Word XML 文档"),
        "svg" => not_a_table("图片"),
        _ if text.starts_with("<?xml") && !text.contains("<html") && !text.contains("<table") => {
            not_a_table("XML 数据")
        }
        _ => Ok(Container::Html),
    }
}

/// The first tag that is no declaration, comment or doctype, without its `<`, with its attributes.
fn root_element(text: &str) -> &str {
    let mut rest = text;
    while let Some((_, tag)) = rest.split_once('<') {
        let end = if tag.starts_with("!--") { "-->" } else { ">" };
        let (inside, after) = tag.split_once(end).unwrap_or((tag, ""));
        if !tag.starts_with(['?', '!']) {
            return inside;
        }
        rest = after;
    }
    ""
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[track_caller]
    fn case(bytes: impl AsRef<[u8]>, expected: &str) {
        let found = match sniff(bytes.as_ref()) {
            Ok(container) => format!("{container:?}"),
            Err(Cause::NotATable(name) | Cause::Packed(name)) => name,
            Err(cause) => format!("{cause:?}").split('(').next().unwrap().to_owned(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn zipped_kinds() {
        let types = |main: &str| format!("<Types><Override ContentType=\"application/{main}+xml\"/></Types>");
        for (main, expected) in [
            ("vnd.openxmlformats-officedocument.spreadsheetml.sheet.main", "Xlsx"),
            ("vnd.ms-excel.sheet.macroEnabled.main", "Xlsx"),
            ("vnd.ms-excel.sheet.binary.macroEnabled.main", "Xlsb"),
            ("vnd.openxmlformats-officedocument.wordprocessingml.document.main", "Docx"),
            ("vnd.openxmlformats-officedocument.presentationml.presentation.main", "PowerPoint 演示文稿"),
        ] {
            case(zipped(&[("[Content_Types].xml", &types(main))]), expected);
        }
        case(zipped(&[("xl\\workbook.xml", "")]), "Xlsx");
        case(zipped(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet")]), "Ods");
        case(zipped(&[("mimetype", "application/vnd.oasis.opendocument.text")]), "OpenDocument 文字文档");
        let manifest = "<manifest:encryption-data/> application/vnd.oasis.opendocument.spreadsheet";
        case(zipped(&[("META-INF/manifest.xml", manifest)]), "Encrypted");
        case(zipped(&[("表.xlsx", "x")]), "Zip");
        let whole = zipped(&[("xl/workbook.xml", "x")]);
        case(&whole[..whole.len() - 30], "Corrupt");
    }

    #[test]
    fn ole_kinds() {
        for (stream, expected) in [
            ("Workbook", "Xls"),
            ("BOOK", "Xls"),
            ("EncryptedPackage", "Encrypted"),
            ("WordDocument", "Word 97—2003 文档"),
            ("Whatever", "不含表格的复合文档"),
        ] {
            case(ole::wrap(stream, b"x"), expected);
        }
        case(ole::MAGIC, "Corrupt");
        case([0x09, 0x08, 0x10, 0, 0, 6, 5, 0], "Xls");
        case([0x09, 0, 4, 0, 2, 0, 0x10, 0], "Excel 4.0 或更早的工作表");
    }

    #[test]
    fn foreign_kinds() {
        for (bytes, expected) in [
            (&b"%PDF-1.7\n"[..], "PDF"),
            (b"\x89PNG\r\n\x1a\n", "图片"),
            (b"\xFF\xD8\xFF\xE0", "图片"),
            (b"BM\x36\x10\0\0\0\0\0\0", "图片"),
            (b"\0\0\0 ftypisom", "视频"),
            (b"Rar!\x1A\x07", "RAR 压缩包"),
            (b"MZ\x90\0\x03\0\0\0\x04\0\0\0", "程序"),
            (b"{\\rtf1", "RTF 文档"),
            (b"\x01\x02\x03\x04\x05\x06\x07\x08", "无法识别的二进制数据"),
            (b"\0\0\0\0\0\0", "Corrupt"),
        ] {
            case(bytes, expected);
        }
        let noise: Vec<u8> = (0_u32..5000).map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
        case(noise, "无法识别的二进制数据");
    }

    #[test]
    fn texts() {
        for (text, expected) in [
            ("", "Empty"),
            (" \r\n\t", "Empty"),
            ("\u{FEFF}", "Empty"),
            ("MZ,甲\n1,2", "Delimited"),
            ("BM\t乙", "Delimited"),
            ("项目名称\t甲", "Delimited"),
            ("[附件] 说明", "Delimited"),
            ("TABLE\r\n0,1\r\n", "DIF 表格"),
            ("{\"schema\": 1}", "Json"),
            ("\u{FEFF}[\n{}]", "Json"),
            ("<html><table>", "Html"),
            ("\n<!-- x > --><TABLE>", "Html"),
            ("<style>td{}</style>", "Html"),
            ("说明\n<table><tr>", "Html"),
            ("<?xml version=\"1.0\"?><!DOCTYPE html><html>", "Html"),
            ("MIME-Version: 1.0\nContent-Type: multipart/related\n\n", "Mhtml"),
            (
                "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">",
                "SpreadsheetMl2003",
            ),
            ("<ss:Workbook xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">", "SpreadsheetMl2003"),
            (
                "<?xml version=\"1.0\"?><office:document office:mimetype=\"application/vnd.oasis.opendocument.spreadsheet\">",
                "FlatOds",
            ),
            ("<?xml version=\"1.0\"?><rows><row/></rows>", "XML 数据"),
            ("<pkg:package>", "Word XML 文档"),
        ] {
            case(text, expected);
            let wide: Vec<u8> =
                std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
            case(wide, expected);
        }
    }
}
