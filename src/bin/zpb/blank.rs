//! `zpb blank`: empty official forms, or one for each project of a list.

use std::path::{Path, PathBuf};

use zipingbiao::batch::Ledger;
use zipingbiao::error::{Cause, Error};
use zipingbiao::report::{Known, MOST_ROWS, Report, Rows};
use zipingbiao::template::Template;
use zipingbiao::writer::file::{Output, portable};
use zipingbiao::writer::xlsx;

use crate::Ending;
use crate::args::Blank;
use crate::print;
use crate::run::load_template;

/// Writes the blank forms.
pub fn run(args: &Blank) -> Ending {
    let template = match load_template(&args.template) {
        Ok(template) => template,
        Err(error) => return print::fail(&error),
    };
    let rows = match rows(&args.rows, &template) {
        Ok(rows) => rows,
        Err(why) => {
            print::aside(format!("参数有误：--rows {why}"));
            return Ending::Failed;
        }
    };
    match forms(args, &template, &rows).and_then(|forms| write(args, &template, &forms)) {
        Ok(()) => Ending::Done,
        Err(error) => print::fail(&error),
    }
}

/// `3`, `数量指标=4` and several of them.
fn rows(asked: &[String], template: &Template) -> Result<Rows, String> {
    let mut rows = Rows::default();
    for part in asked {
        let (name, count) =
            part.split_once(['=', '＝']).map_or((None, part.as_str()), |(name, count)| (Some(name), count));
        let count = count.trim().parse().ok().filter(|count| *count <= MOST_ROWS);
        let count =
            count.ok_or_else(|| format!("里的“{part}”不对，写成 3 或 数量指标=4，最多 {MOST_ROWS}"))?;
        match name.map(str::trim) {
            None => rows.each = count,
            Some(name) => rows.of.push((known_level(name, template)?, count)),
        }
    }
    Ok(rows)
}

fn known_level(name: &str, template: &Template) -> Result<String, String> {
    let levels: Vec<&str> =
        template.indicators.blank.iter().flat_map(|level| &level.level2).map(String::as_str).collect();
    if levels.contains(&name) {
        return Ok(name.to_owned());
    }
    Err(format!("里的“{name}”不是这个模板的二级指标，可以是 {}", levels.join("、")))
}

/// One form, or one for each project.
fn forms(args: &Blank, template: &Template, rows: &Rows) -> Result<Vec<Report>, Error> {
    let known =
        Known { year: args.year, project: None, authority: args.authority.clone(), unit: args.unit.clone() };
    let Some(path) = &args.projects else { return Ok(vec![Report::blank(template, &known, rows)]) };
    let list = Ledger::with_list(path)?;
    let listed = list.given().iter();
    Ok(listed.map(|listed| Report::blank(template, &known.of_listed(listed), rows)).collect())
}

fn write(args: &Blank, template: &Template, forms: &[Report]) -> Result<(), Error> {
    let mut output = Output::new(args.force, args.projects.clone());
    let tell = |words: String| {
        if !args.quiet {
            print::aside(&words);
        }
    };
    let is_book = args.output.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
    if is_book {
        put(&output, &args.output, forms, template)?;
        tell(format!("已写 {} 张空表 → {}", forms.len(), args.output.display()));
        return Ok(());
    }
    for form in forms {
        let path = output.reserve(&args.output.join(file_name(form)));
        put(&output, &path, std::slice::from_ref(form), template)?;
        tell(path.display().to_string());
    }
    tell(format!("\n已写 {} 张空表，一张一个文件。", forms.len()));
    Ok(())
}

fn put(output: &Output, path: &Path, forms: &[Report], template: &Template) -> Result<(), Error> {
    let forms: Vec<&Report> = forms.iter().collect();
    let bytes = xlsx::blank(&forms, template).map_err(|cause: Cause| cause.of(path))?;
    output.write(path, &bytes)
}

/// Most characters of a file's name: 80 of three bytes each stay below what file systems allow.
const NAME_LONGEST: usize = 80;

/// The project's name as every system takes it.
fn file_name(form: &Report) -> PathBuf {
    let project = form.form.project.value().map_or("", String::as_str);
    let name = portable(&project.chars().take(NAME_LONGEST).collect::<String>());
    let name = if name.is_empty() { "自评表" } else { &name };
    PathBuf::from(format!("{name}.xlsx"))
}
