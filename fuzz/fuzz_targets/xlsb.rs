//! The records of a sheet, and of shared strings behind the first four zero bytes, to an xlsb workbook.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zipingbiao::reader::xlsb;

fuzz_target!(|data: &[u8]| {
    let (sheet, strings) = zipingbiao_fuzz::halves(data);
    let _ = xlsb::read(&zipingbiao_fuzz::xlsb(sheet, strings));
});
