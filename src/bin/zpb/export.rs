//! `zpb export`: the forms as data, form by form.

use std::io::{BufWriter, Write};

use serde_json::Value;
use zipingbiao::error::{Cause, Error};
use zipingbiao::report::Report;
use zipingbiao::writer::file::Output;
use zipingbiao::writer::json;

use crate::Ending;
use crate::args::{Data, Export};
use crate::run::{Run, fail};

/// Exports every form.
pub fn run(args: &Export) -> Ending {
    let mut run = match Run::new(&args.common, args.output.as_deref()) {
        Ok(run) => run,
        Err(ending) => return ending,
    };
    let exported = match args.to {
        Data::Csv => csv(args, &mut run),
        Data::Json | Data::Jsonl => data(args, &mut run),
    };
    match exported {
        Ok(()) => run.ending(None),
        Err(error) => fail(&error),
    }
}

/// JSON, to a file that appears as a whole or to standard output as it comes.
fn data(args: &Export, run: &mut Run<'_>) -> Result<(), Error> {
    let path = args.output.clone().unwrap_or_else(|| "-".into());
    let told = |e| Cause::io("写入", e).of(&path);
    if args.output.is_some() {
        let mut bytes = Vec::new();
        stream(args, run, &mut bytes).map_err(told)?;
        let output = Output::new(args.force, run.files.iter().map(|file| file.path.clone()));
        return output.write(&path, &bytes);
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    stream(args, run, &mut out).and_then(|()| out.flush()).map_err(told)
}

fn stream(args: &Export, run: &mut Run<'_>, out: &mut impl Write) -> std::io::Result<()> {
    let lines = args.to == Data::Jsonl;
    let mut result = Ok(());
    let mut first = true;
    run.go(|run, _, reading| {
        for report in reading.reports {
            let Ok(record) = record(args, run, report) else { continue };
            let before = match (lines, std::mem::take(&mut first)) {
                (true, _) => "",
                (false, true) => "[\n",
                (false, false) => ",\n",
            };
            let text = if lines { format!("{record}\n") } else { pretty(&record) };
            if result.is_ok() {
                result = out.write_all(before.as_bytes()).and_then(|()| out.write_all(text.as_bytes()));
            }
        }
    });
    result?;
    match (lines, first) {
        (true, _) => Ok(()),
        (false, true) => out.write_all(b"[]\n"),
        (false, false) => out.write_all(b"\n]\n"),
    }
}

fn record(args: &Export, run: &mut Run<'_>, mut report: Report) -> serde_json::Result<Value> {
    if args.as_submitted {
        return json::as_submitted(&report.form, &report.origin);
    }
    let fixed = report.fixed(&run.template).report;
    report.diagnostics = run.chosen(&report.diagnostics);
    json::clean(&report, &fixed)
}

fn pretty(record: &Value) -> String {
    serde_json::to_string_pretty(record).unwrap_or_default()
}

/// Three tables in a folder.
fn csv(args: &Export, run: &mut Run<'_>) -> Result<(), Error> {
    let _ = run;
    let path = args.output.clone().unwrap_or_else(|| "-".into());
    Err(Cause::Write("CSV 请用 -o 指定一个文件夹".to_owned()).of(path))
}
