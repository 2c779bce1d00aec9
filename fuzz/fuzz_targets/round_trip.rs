//! A form to the official sheet and back: fixing what was fixed changes no byte, and data says what it said.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zipingbiao::error::Cause;
use zipingbiao::reader;
use zipingbiao::report::Report;
use zipingbiao::template::Template;
use zipingbiao::writer::xlsx::{self, Options};

fuzz_target!(|data: &[u8]| {
    let template = Template::standard();
    let Ok(document) = reader::read(data) else { return };
    for found in document.forms.into_iter().take(3) {
        let fixed = Report::new("file", found, template).fixed(template).report;
        let Ok(sheet) = workbook(&fixed, template) else { continue };
        let again = reader::read(&sheet).unwrap_or_else(|error| panic!("our own sheet: {error}"));
        let found = again.forms.into_iter().next().unwrap_or_else(|| panic!("our own sheet has no form"));
        let again = Report::new("file", found, template).fixed(template).report;
        let twice = workbook(&again, template).unwrap_or_else(|error| panic!("once, not twice: {error}"));
        assert!(sheet == twice, "fixing what was fixed changes it");
    }
});

fn workbook(report: &Report, template: &Template) -> Result<Vec<u8>, Cause> {
    xlsx::workbook(&[report], template, Options::default())
}
