//! A sheet, and shared strings behind the first four zero bytes, to an xlsx workbook.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zipingbiao::reader::xlsx;

fuzz_target!(|data: &[u8]| {
    let (sheet, strings) = zipingbiao_fuzz::halves(data);
    let _ = xlsx::read(&zipingbiao_fuzz::xlsx(sheet, strings));
});
