//! A form to the official sheet and back: where its structure was found whole, fixing what was fixed changes no byte.
//! Where rows had slid or cells had no place, nothing is promised: on the sheet they may be clearer than they were. Nor
//! where a row of garbage looks slid on the sheet: then that is said.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zipingbiao::error::Cause;
use zipingbiao::reader;
use zipingbiao::report::Report;
use zipingbiao::template::Template;
use zipingbiao::writer::xlsx::{self, Options};

/// Of a row that slid.
const SLID: &str = "S02";
/// Of a cell without a place.
const LOOSE: &str = "S05";

fuzz_target!(|data: &[u8]| {
    let template = Template::standard();
    let Ok(document) = reader::read(data) else { return };
    for found in document.forms.into_iter().take(3) {
        let read = Report::new("file", found, template);
        if says(&read, SLID) || says(&read, LOOSE) {
            continue;
        }
        let fixed = read.fixed(template).report;
        let Ok(sheet) = workbook(&fixed, template) else { continue };
        let again = reader::read(&sheet).unwrap_or_else(|error| panic!("our own sheet: {error}"));
        let found = again.forms.into_iter().next().unwrap_or_else(|| panic!("our own sheet has no form"));
        let again = Report::new("file", found, template);
        if says(&again, SLID) {
            continue;
        }
        let again = again.fixed(template).report;
        let twice = workbook(&again, template).unwrap_or_else(|error| panic!("once, not twice: {error}"));
        assert!(sheet == twice, "fixing what was fixed changes it");
    }
});

fn says(report: &Report, code: &str) -> bool {
    report.diagnostics.iter().any(|found| found.code == code)
}

fn workbook(report: &Report, template: &Template) -> Result<Vec<u8>, Cause> {
    xlsx::workbook(&[report], template, Options::default())
}
