//! Bytes to an Excel 5.0–2003 workbook.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zipingbiao::reader::xls;

// The decoder of .xls may panic, which is caught; the fuzzer would stop at every panic that is begun.
fuzz_target!(init: std::panic::set_hook(Box::new(|_| {})), |data: &[u8]| {
    let _ = xls::read(data);
});
