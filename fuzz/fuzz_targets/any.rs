//! Any bytes to what the program makes of a file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zipingbiao::reader;
use zipingbiao::report::Report;
use zipingbiao::template::Template;

// The decoder of .xls may panic, which is caught; the fuzzer would stop at every panic that is begun.
fuzz_target!(init: std::panic::set_hook(Box::new(|_| {})), |data: &[u8]| {
    if let Ok(document) = reader::read(data) {
        for found in document.forms {
            let report = Report::new("file", found, Template::standard());
            let _ = report.fixed(Template::standard());
        }
    }
});
