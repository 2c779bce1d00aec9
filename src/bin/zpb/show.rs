//! `zpb export --show`: a stage of reading as text, file by file.

use zipingbiao::error::{Cause, Error};
use zipingbiao::reader;
use zipingbiao::writer::file::Output;
use zipingbiao::writer::show;

use crate::args::{Export, Stage};
use crate::print::Out;
use crate::run::Run;

/// Shows `stage` of every file, on the screen or in the file that was asked for.
pub fn show(args: &Export, stage: Stage, run: &mut Run<'_>) -> Result<(), Error> {
    let Some(path) = &args.output else {
        let mut out = Out::new();
        stages(stage, run, |text| out.write(text));
        out.flush();
        return Ok(());
    };
    let mut text = String::new();
    stages(stage, run, |part| text.push_str(part));
    Output::new(args.force, run.sources()).write(path, text.as_bytes())
}

fn stages(stage: Stage, run: &mut Run<'_>, mut out: impl FnMut(&str)) {
    let of_sheet: fn(&reader::Sheet) -> String = match stage {
        Stage::Grid => show::grid,
        Stage::Layout => show::layout,
        Stage::Form => return forms(run, show::form, out),
        Stage::Scores => return forms(run, show::scores, out),
    };
    let sheets = |bytes: &[u8]| sheets(bytes, of_sheet);
    run.look(sheets, |_, input, sheets| {
        for sheet in sheets {
            out(&format!("{}  {sheet}\n", input.path.display()));
        }
    });
}

fn sheets(bytes: &[u8], show: fn(&reader::Sheet) -> String) -> Result<Vec<String>, Cause> {
    match reader::sniff::sniff(bytes)? {
        reader::sniff::Container::Json => Ok(vec!["数据文件，没有单元格；看内容用 --show form\n".to_owned()]),
        _ => Ok(reader::sheets(bytes)?.iter().map(show).collect()),
    }
}

fn forms(run: &mut Run<'_>, show: fn(&zipingbiao::report::Report) -> String, mut out: impl FnMut(&str)) {
    let shown = |_: &crate::run::Judge, _: &zipingbiao::batch::Input, reading: zipingbiao::batch::Reading| {
        reading.reports.iter().map(show).collect::<Vec<_>>()
    };
    run.go(shown, |_, made| {
        for form in made.into_iter().flat_map(|(_, forms)| forms) {
            out(&format!("{form}\n"));
        }
    });
}
