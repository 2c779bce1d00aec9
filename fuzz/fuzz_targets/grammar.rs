//! A text to a target, and back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zipingbiao::form::Target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = Target::parse(text);
});
