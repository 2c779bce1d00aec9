//! A text to a template.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zipingbiao::template::Template;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = Template::parse(text);
    }
});
