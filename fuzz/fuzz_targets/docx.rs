//! The text of a Word document to its tables.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zipingbiao::reader::docx;

fuzz_target!(|data: &[u8]| {
    let _ = docx::read(&zipingbiao_fuzz::zip(&[("word/document.xml", data)]));
});
