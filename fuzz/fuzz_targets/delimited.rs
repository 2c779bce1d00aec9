//! Bytes to a table of text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zipingbiao::reader::delimited;

fuzz_target!(|data: &[u8]| {
    let _ = delimited::read(data);
});
