//! `zpb export`: the forms as data, form by form.

use zipingbiao::batch::{Input, Ledger, Reading};
use zipingbiao::diagnostic::Severity;
use zipingbiao::error::{Cause, Error};
use zipingbiao::report::Report;
use zipingbiao::writer::csv::{CsvTables, Encoding, Tables};
use zipingbiao::writer::file::Output;
use zipingbiao::writer::json;

use crate::Ending;
use crate::args::{CsvEncoding, Data, Export};
use crate::print::{Out, fail};
use crate::run::{Feed, Judge, Run, worst};
use crate::show;

/// Exports every form.
pub fn run(args: &Export) -> Ending {
    let feed = match (args.show, &args.output) {
        (Some(_), _) => Feed::Files,
        (None, Some(_)) => Feed::Records,
        (None, None) => Feed::Stream,
    };
    let mut run = match Run::new(&args.common, args.output.as_deref(), feed) {
        Ok(run) => run,
        Err(ending) => return ending,
    };
    let exported = match (args.show, args.to) {
        (Some(stage), _) => show::show(args, stage, &mut run),
        (None, Data::Csv) => csv(args, &mut run),
        (None, Data::Json | Data::Jsonl) => data(args, &mut run),
    };
    match exported {
        Ok(()) => run.ending(None),
        Err(error) => fail(&error),
    }
}

/// JSON, to a file that appears as a whole or to standard output as it comes.
fn data(args: &Export, run: &mut Run<'_>) -> Result<(), Error> {
    let Some(path) = &args.output else {
        let mut out = Out::new();
        stream(args, run, |text| match text {
            Some(text) => out.write(text),
            None => out.flush(),
        });
        out.flush();
        return Ok(());
    };
    let mut bytes = Vec::new();
    stream(args, run, |text| bytes.extend(text.unwrap_or_default().as_bytes()));
    let output = Output::new(args.force, run.sources());
    output.write(path, &bytes)
}

/// The forms of a file as data.
struct Exported<T> {
    data: T,
    /// The worst finding that was asked for.
    worst: Option<Severity>,
    notes: Vec<String>,
}

/// Hands the data on, piece by piece in order; `None` where what was handed on should not wait for more.
fn stream(args: &Export, run: &mut Run<'_>, mut out: impl FnMut(Option<&str>)) {
    let lines = args.to == Data::Jsonl;
    let ledger = run.ledger.clone();
    let work = |judge: &Judge, _: &Input, reading| records(args, &ledger, judge, reading);
    let mut first = true;
    run.go(work, |run, exported| {
        let Some((input, Exported { data, worst, notes })) = exported else { return out(None) };
        told(run, input, &notes);
        run.saw_worst(worst);
        for record in data {
            if !lines {
                out(Some(if first { "[\n" } else { ",\n" }));
            }
            first = false;
            out(Some(&record));
        }
    });
    if !lines {
        out(Some(if first { "[]\n" } else { "\n]\n" }));
    }
}

fn told(run: &Run<'_>, input: &Input, notes: &[String]) {
    for note in notes {
        run.note(&format!("注意 {}：{note}", input.path.display()));
    }
}

fn records(args: &Export, ledger: &Ledger, judge: &Judge, reading: Reading) -> Exported<Vec<String>> {
    let mut found = None;
    let mut data = Vec::new();
    for report in reading.reports {
        let (record, severity) = record(args, ledger, judge, report);
        found = found.max(severity);
        data.extend(record.ok());
    }
    Exported { data, worst: found, notes: reading.notes }
}

/// A form as text, and its worst finding.
fn record(
    args: &Export,
    ledger: &Ledger,
    judge: &Judge,
    mut report: Report,
) -> (serde_json::Result<String>, Option<Severity>) {
    let shown = |record| {
        if args.to == Data::Jsonl { Ok(format!("{record}\n")) } else { serde_json::to_string_pretty(&record) }
    };
    if args.as_submitted {
        return (json::as_submitted(&report.form, &report.origin).and_then(shown), None);
    }
    let fixed = report.fixed(&judge.template).report;
    report.diagnostics.extend(ledger.listed(&report));
    report.diagnostics = judge.chosen(report.diagnostics);
    (json::clean(&report, &fixed).and_then(shown), worst(&report.diagnostics))
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
    let failed = |cause: Cause| cause.of(folder);
    let encoding = encoding(args.encoding);
    let mut tables = CsvTables::new(Vec::new(), Vec::new(), Vec::new(), encoding)
        .and_then(CsvTables::finish)
        .map_err(failed)?;
    let mut result = Ok(());
    run.go(
        |judge, _, reading| rows(judge, reading, encoding),
        |run, exported| {
            let Some((input, Exported { data, worst, notes })) = exported else { return };
            told(run, input, &notes);
            run.saw_worst(worst);
            match data {
                Ok(rows) => append(&mut tables, &rows),
                Err(cause) => result = Err(failed(cause)),
            }
        },
    );
    result?;
    let output = Output::new(args.force, run.sources());
    let files = [("自评表.csv", tables.forms), ("资金.csv", tables.funding), ("指标.csv", tables.indicators)];
    files.iter().try_for_each(|(name, bytes)| output.write(&folder.join(name), bytes))
}

fn append(tables: &mut Tables<Vec<u8>>, rows: &Tables<Vec<u8>>) {
    tables.forms.extend(&rows.forms);
    tables.funding.extend(&rows.funding);
    tables.indicators.extend(&rows.indicators);
}

/// The lines of a file's forms in each table.
fn rows(judge: &Judge, reading: Reading, encoding: Encoding) -> Exported<Result<Tables<Vec<u8>>, Cause>> {
    let mut tables = CsvTables::more(Vec::new(), Vec::new(), Vec::new(), encoding);
    let mut found = None;
    let mut result = Ok(());
    for mut report in reading.reports {
        let fixed = report.fixed(&judge.template).report;
        report.diagnostics = judge.chosen(report.diagnostics);
        found = found.max(worst(&report.diagnostics));
        result = result.and_then(|()| tables.write(&report, &fixed));
    }
    Exported { data: result.and_then(|()| tables.finish()), worst: found, notes: reading.notes }
}

const fn encoding(encoding: CsvEncoding) -> Encoding {
    match encoding {
        CsvEncoding::Utf8Bom => Encoding::Utf8Bom,
        CsvEncoding::Utf8 => Encoding::Utf8,
        CsvEncoding::Gb18030 => Encoding::Gb18030,
    }
}
