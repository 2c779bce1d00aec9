//! Common options to a batch: inputs found, template loaded, findings chosen, failures told.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use zipingbiao::batch::{self, CrossFinding, Input, Inputs, Ledger, Outcome, Reading};
use zipingbiao::diagnostic::{Diagnostic, Severity};
use zipingbiao::error::{Cause, Error};
use zipingbiao::template::Template;

use crate::Ending;
use crate::args::{Color, Common};

/// A file that was not used, for the reports.
#[derive(Debug)]
pub struct Unused {
    /// The file as given.
    pub file: String,
    /// Why.
    pub message: String,
    /// Whether it failed, or was skipped as nothing of ours.
    pub failed: bool,
}

/// Everything a command needs to go through its inputs.
pub struct Run<'a> {
    common: &'a Common,
    /// The official form.
    pub template: Template,
    /// The files to read.
    pub files: Vec<Input>,
    /// Files without a result, in order.
    pub unused: Vec<Unused>,
    /// What is kept to judge the forms together.
    pub ledger: Ledger,
    worst: Option<Severity>,
}

impl<'a> Run<'a> {
    /// Prepares the run; a wrong template or nothing to read is told and ends it.
    pub fn new(common: &'a Common, output: Option<&Path>) -> Result<Self, Ending> {
        let template = load_template(&common.template).map_err(|error| fail(&error))?;
        let names = names(common).map_err(|error| fail(&error))?;
        if names.is_empty() {
            eprintln!("参数有误：没有指定要处理的文件或文件夹，用 --help 查看用法");
            return Err(Ending::Failed);
        }
        check_codes(common)?;
        if let Some(jobs) = common.jobs {
            // Fails only if the pool exists already, which nobody made.
            let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs).build_global();
        }
        let Inputs { files, missing } = batch::collect(&names, output);
        let ledger = common.list.as_deref().map_or_else(|| Ok(Ledger::default()), Ledger::with_list);
        let ledger = ledger.map_err(|error| fail(&error))?;
        let mut run = Self { common, template, files, unused: Vec::new(), ledger, worst: None };
        for error in &missing {
            run.failed(error);
        }
        Ok(run)
    }

    /// Reads every file and hands its forms to `each`, in order.
    pub fn go(&mut self, mut each: impl FnMut(&mut Self, &Input, Reading)) {
        let files = std::mem::take(&mut self.files);
        let bar = self.progress(files.len());
        let template = self.template.clone();
        batch::run(&files, &template, |input, outcome| {
            bar.inc(1);
            match outcome {
                Outcome::Forms(reading) => bar.suspend(|| each(self, input, reading)),
                Outcome::Skipped(why) => bar.suspend(|| self.skipped(input, &why)),
                Outcome::Failed(error) => bar.suspend(|| self.failed(&error)),
            }
        });
        bar.finish_and_clear();
        self.files = files;
    }

    fn progress(&self, files: usize) -> ProgressBar {
        let hidden = self.common.no_progress || self.common.quiet || !std::io::stderr().is_terminal();
        let target =
            if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(5) };
        let bar = ProgressBar::with_draw_target(u64::try_from(files).ok(), target);
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} 个文件  {per_sec}  还需 {eta}");
        bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    }

    /// Tells a failure and remembers it.
    pub fn failed(&mut self, error: &Error) {
        fail(error);
        let file = error.path.to_string_lossy().replace('\\', "/");
        self.unused.push(Unused { file, message: error.cause.to_string(), failed: true });
    }

    fn skipped(&mut self, input: &Input, why: &str) {
        self.note(&format!("跳过 {}：{why}", input.path.display()));
        let file = input.path.to_string_lossy().replace('\\', "/");
        self.unused.push(Unused { file, message: why.to_owned(), failed: false });
    }

    /// Says something that is no error.
    pub fn note(&self, words: &str) {
        if !self.common.quiet {
            eprintln!("{words}");
        }
    }

    /// The findings that were asked for; the worst is remembered.
    pub fn chosen(&mut self, diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
        let names = |codes: &[String], code: &str| codes.iter().any(|c| code.starts_with(&c.to_uppercase()));
        let asked = |d: &&Diagnostic| {
            (self.common.select.is_empty() || names(&self.common.select, d.code))
                && !names(&self.common.ignore, d.code)
        };
        let weighed = |d: &Diagnostic| zipingbiao::rules::as_template_says(d.clone(), &self.template);
        let chosen: Vec<Diagnostic> = diagnostics.iter().filter(asked).filter_map(weighed).collect();
        self.worst = self.worst.max(chosen.iter().map(|d| d.severity).max());
        chosen
    }

    /// The findings across all forms that were asked for; lists that contradict each other are failures.
    pub fn across(&mut self) -> Vec<CrossFinding> {
        let (found, errors) = std::mem::take(&mut self.ledger).close();
        for error in &errors {
            self.failed(error);
        }
        found
            .into_iter()
            .filter_map(|found| {
                let diagnostic = self.chosen(std::slice::from_ref(&found.diagnostic)).pop()?;
                Some(CrossFinding { diagnostic, ..found })
            })
            .collect()
    }

    /// How the command ended, `default` being the severity that counts where `--fail-on` was not given.
    pub fn ending(&self, default: Option<Severity>) -> Ending {
        let level = self.common.fail_on.map(Severity::from).or(default);
        if self.unused.iter().any(|unused| unused.failed) {
            Ending::Failed
        } else if level.is_some_and(|level| self.worst >= Some(level)) {
            Ending::Findings
        } else {
            Ending::Done
        }
    }

    /// Whether to colour what goes to standard output.
    pub fn colors(&self) -> bool {
        match self.common.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        }
    }

    /// Whether only errors are to be told.
    pub fn is_quiet(&self) -> bool {
        self.common.quiet
    }
}

/// Tells an error.
pub fn fail(error: &Error) -> Ending {
    eprintln!("错误 {error}");
    Ending::Failed
}

/// The names on the command line and in `--files-from`.
fn names(common: &Common) -> Result<Vec<PathBuf>, Error> {
    let mut names = common.inputs.clone();
    if let Some(list) = &common.files_from {
        let bytes = batch::bytes_of(list).map_err(|cause| cause.of(list))?;
        let text = String::from_utf8_lossy(&bytes);
        names.extend(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(PathBuf::from));
    }
    Ok(names)
}

/// A code that no rule has would silently choose nothing.
fn check_codes(common: &Common) -> Result<(), Ending> {
    for code in common.select.iter().chain(&common.ignore) {
        let known = zipingbiao::rules::RULES.iter().any(|rule| rule.code.starts_with(&code.to_uppercase()));
        if !known || code.is_empty() {
            eprintln!("参数有误：没有编号为“{code}”的规则，用 zpb rule 查看");
            return Err(Ending::Failed);
        }
    }
    Ok(())
}

/// A shipped template by name, else a file.
fn load_template(name: &str) -> Result<Template, Error> {
    let path = Path::new(name);
    if let Some(source) = Template::source(name) {
        return Template::parse(source).map_err(|why| Cause::Template(why.to_string()).of(path));
    }
    if !path.is_file() {
        let names: Vec<_> = Template::names().collect();
        return Err(
            Cause::Template(format!("没有这个模板，可以是 {} 或 .toml 文件", names.join("、"))).of(path)
        );
    }
    let bytes = batch::bytes_of(path).map_err(|cause| cause.of(path))?;
    let wrong = |why: &dyn std::fmt::Display| Cause::Template(why.to_string()).of(path);
    // Notepad and PowerShell write templates in other encodings than ours.
    let source = zipingbiao::reader::encoding::decode(&bytes).text;
    let template = Template::parse(&source).map_err(|why| wrong(&why))?;
    zipingbiao::rules::check_template(&template).map_err(|why| wrong(&why))?;
    Ok(template)
}
