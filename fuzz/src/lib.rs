//! Parts to containers whose directories and checksums are right, so that the fuzzer spends its time behind them.

use std::io::{Cursor, Write};

use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

/// A zip of these parts, stored as they are.
pub fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in parts {
        writer.start_file(*name, options).expect("a part of a zip in memory");
        writer.write_all(content).expect("a part of a zip in memory");
    }
    writer.finish().expect("a zip in memory").into_inner()
}

/// What stands before the first four zero bytes, and behind them.
pub fn halves(data: &[u8]) -> (&[u8], &[u8]) {
    let at = data.windows(4).position(|bytes| bytes == [0; 4]);
    at.map_or((data, &[]), |at| (&data[..at], &data[at + 4..]))
}

const LINKS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="sheet1.ENDING"/><Relationship Id="b" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.ENDING"/></Relationships>"#;

/// A workbook of that sheet and those shared strings.
pub fn xlsx(sheet: &[u8], strings: &[u8]) -> Vec<u8> {
    let workbook = br#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="a"/></sheets></workbook>"#;
    let links = LINKS.replace("ENDING", "xml");
    zip(&[
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
        ("xl/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", strings),
    ])
}

/// A binary workbook of that sheet and those shared strings.
pub fn xlsb(sheet: &[u8], strings: &[u8]) -> Vec<u8> {
    // BrtBundleSh: state, number, the link's id and the name, each with its length before it.
    let mut bundle = vec![0x9C, 0x01, 20];
    for number in [0_u32, 1, 1] {
        bundle.extend(number.to_le_bytes());
    }
    bundle.extend([b'a', 0, 1, 0, 0, 0, b'a', 0]);
    let links = LINKS.replace("ENDING", "bin");
    zip(&[
        ("xl/workbook.bin", &bundle),
        ("xl/_rels/workbook.bin.rels", links.as_bytes()),
        ("xl/sheet1.bin", sheet),
        ("xl/sharedStrings.bin", strings),
    ])
}
