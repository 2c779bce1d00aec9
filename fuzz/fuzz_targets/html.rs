//! Bytes to an HTML table.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zipingbiao::reader::html;

fuzz_target!(|data: &[u8]| {
    let _ = html::read(data);
});
