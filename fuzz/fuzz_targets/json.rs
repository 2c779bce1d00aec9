//! Bytes to our own data.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zipingbiao::reader::data;

fuzz_target!(|json: &[u8]| {
    let _ = data::read(json);
    let _ = data::read_line(json, 1);
});
