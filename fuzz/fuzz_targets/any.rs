//! Any bytes to what the program makes of a file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zipingbiao::reader;
use zipingbiao::report::Report;
use zipingbiao::template::Template;

fuzz_target!(|data: &[u8]| {
    if let Ok(document) = reader::read(data) {
        for found in document.forms {
            let report = Report::new("file", found, Template::standard());
            let _ = report.fixed(Template::standard());
        }
    }
});
