//! `zpb export`: the forms as data, form by form.

use std::io::{BufWriter, Write};

use serde_json::Value;
use zipingbiao::error::{Cause, Error};
use zipingbiao::report::Report;
use zipingbiao::writer::csv::{CsvTables, Encoding};
use zipingbiao::writer::file::Output;
use zipingbiao::writer::json;

use crate::Ending;
use crate::args::{CsvEncoding, Data, Export};
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
    report.diagnostics.extend(run.ledger.listed(&report));
    report.diagnostics = run.chosen(&report.diagnostics);
    json::clean(&report, &fixed)
}

fn pretty(record: &Value) -> String {
    serde_json::to_string_pretty(record).unwrap_or_default()
}

/// Three tables in a folder, each a file that appears as a whole.
fn csv(args: &Export, run: &mut Run<'_>) -> Result<(), Error> {
    let Some(folder) = &args.output else {
        let cause = Cause::Write("CSV 有三个文件，请用 -o 指定一个文件夹".to_owned());
        return Err(cause.of("-o"));
    };
    if args.as_submitted {
        return Err(
            Cause::Write("CSV 只导出规范后的数据，原样导出请用 --to json".to_owned()).of("--as-submitted")
        );
    }
    let told = |cause: Cause| cause.of(folder);
    let mut tables =
        CsvTables::new(Vec::new(), Vec::new(), Vec::new(), encoding(args.encoding)).map_err(told)?;
    let mut result = Ok(());
    run.go(|run, _, reading| {
        for mut report in reading.reports {
            let fixed = report.fixed(&run.template).report;
            report.diagnostics = run.chosen(&report.diagnostics);
            if result.is_ok() {
                result = tables.write(&report, &fixed);
            }
        }
    });
    result.map_err(told)?;
    let tables = tables.finish().map_err(told)?;
    let output = Output::new(args.force, run.files.iter().map(|file| file.path.clone()));
    let files = [("自评表.csv", tables.forms), ("资金.csv", tables.funding), ("指标.csv", tables.indicators)];
    files.iter().try_for_each(|(name, bytes)| output.write(&folder.join(name), bytes))
}

const fn encoding(encoding: CsvEncoding) -> Encoding {
    match encoding {
        CsvEncoding::Utf8Bom => Encoding::Utf8Bom,
        CsvEncoding::Utf8 => Encoding::Utf8,
        CsvEncoding::Gb18030 => Encoding::Gb18030,
    }
}
