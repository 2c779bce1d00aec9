//! Common options to a batch: inputs found, template loaded, findings chosen, failures told.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zipingbiao::batch::{
    self, Content, CrossFinding, Input, Inputs, Item, Ledger, OFFICIAL, Outcome, Reading, Step,
};
use zipingbiao::diagnostic::{Diagnostic, Severity};
use zipingbiao::error::{Cause, Error};
use zipingbiao::reader::limits;
use zipingbiao::report::slashed;
use zipingbiao::template::Template;

use crate::Ending;
use crate::args::{Color, Common, STANDARD};
use crate::names::{Name, Names, names};
use crate::print;
use crate::progress::Progress;

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

/// How the inputs of a command come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feed {
    /// All files are found first; each is one input.
    Files,
    /// As files, and JSON lines are taken apart.
    Records,
    /// As records, and names that come by standard input are followed as they come.
    Stream,
}

/// What every form is judged by, shared by all threads.
#[derive(Debug)]
pub struct Judge {
    /// The official form.
    pub template: Template,
    select: Vec<String>,
    ignore: Vec<String>,
}

impl Judge {
    /// The findings that were asked for.
    pub fn chosen(&self, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        diagnostics.retain(|diagnostic| self.asks_for(diagnostic.code));
        diagnostics
    }

    /// A finding across forms, if it was asked for, as bad as the template says.
    pub fn chosen_across(&self, found: CrossFinding) -> Option<CrossFinding> {
        let asked = self.asks_for(found.diagnostic.code);
        let diagnostic = zipingbiao::rules::as_template_says(found.diagnostic, &self.template);
        Some(CrossFinding { diagnostic: diagnostic.filter(|_| asked)?, ..found })
    }

    fn asks_for(&self, code: &str) -> bool {
        let names = |codes: &[String]| codes.iter().any(|c| code.starts_with(&c.to_uppercase()));
        (self.select.is_empty() || names(&self.select)) && !names(&self.ignore)
    }
}

/// Everything a command needs to go through its inputs.
pub struct Run<'a> {
    common: &'a Common,
    /// What the forms are judged by.
    pub judge: Arc<Judge>,
    /// The files to read, as far as they are known beforehand.
    pub files: Vec<Input>,
    /// Names that are still to come.
    stream: Option<Names>,
    feed: Feed,
    /// Files without a result, in order.
    pub unused: Vec<Unused>,
    /// What is kept to judge the forms together.
    pub ledger: Ledger,
    worst: Option<Severity>,
}

impl<'a> Run<'a> {
    /// Prepares the run; a wrong template or nothing to read is told and ends it.
    pub fn new(common: &'a Common, output: Option<&Path>, feed: Feed) -> Result<Self, Ending> {
        limits::raise(common.limits);
        // What the first form would wait for is made while the template is loaded and the files are found; without a
        // thread for that it waits.
        let _ = std::thread::Builder::new().spawn(zipingbiao::reader::prepare);
        let template = load_template(&common.template).map_err(|error| print::fail(&error))?;
        check_codes(common)?;
        if let Some(jobs) = common.jobs {
            // Fails only if the pool exists already, which nobody made.
            let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs).build_global();
        }
        let judge = Judge { template, select: common.select.clone(), ignore: common.ignore.clone() };
        let ledger = common.list.as_deref().map_or_else(|| Ok(Ledger::default()), Ledger::with_list);
        let mut run = Self {
            common,
            judge: Arc::new(judge),
            files: Vec::new(),
            stream: None,
            feed,
            unused: Vec::new(),
            ledger: ledger.map_err(|error| print::fail(&error))?,
            worst: None,
        };
        run.find(output)?;
        Ok(run)
    }

    /// Finds the files, or leaves them to be found as their names come.
    fn find(&mut self, output: Option<&Path>) -> Result<(), Ending> {
        let names = names(self.common).map_err(|error| print::fail(&error))?;
        let comes = self.common.files_from.as_deref() == Some(Path::new("-"));
        if self.feed == Feed::Stream && comes {
            self.stream = Some(names);
            return Ok(());
        }
        let names = names.collect::<Result<Vec<_>, _>>().map_err(|error| print::fail(&error))?;
        if names.is_empty() {
            print::aside("参数有误：没有指定要处理的文件或文件夹，用 --help 查看用法");
            return Err(Ending::Failed);
        }
        let Inputs { files, missing, own } = batch::collect(&names, output);
        self.files = files;
        for folder in &own {
            self.note(&format!("跳过文件夹 {}：里面是本程序写的规范表", folder.display()));
        }
        for error in &missing {
            self.failed(error);
        }
        Ok(())
    }

    /// Reads every file, has all threads make of its forms what `work` says, and hands that to `each` in order; `None`
    /// where nothing is ready yet.
    pub fn go<T: Send>(
        &mut self,
        work: impl Fn(&Judge, &Input, Reading) -> T + Sync,
        mut each: impl FnMut(&mut Self, Option<(&Input, T)>),
    ) {
        let files = std::mem::take(&mut self.files);
        let items: Box<dyn Iterator<Item = Item> + Send> = match (self.stream.take(), self.feed) {
            (Some(names), _) => Box::new(names.flat_map(items_of)),
            (None, Feed::Files) => Box::new(files.iter().cloned().map(Item::from)),
            (None, _) => Box::new(batch::items(files.iter().cloned())),
        };
        let judge = Arc::clone(&self.judge);
        let mut progress = self.progress(&files);
        let done = |step| match step {
            Step::Waiting => progress.suspend(|| each(self, None)),
            Step::Ready((input, outcome)) => {
                progress.advance();
                if let Outcome::Unpacked(files) = outcome {
                    return progress.expect_more(files);
                }
                progress.suspend(|| self.take(&input, outcome, &mut each));
            }
        };
        batch::run(items, &judge.template, |input, reading| work(&judge, input, reading), done);
        progress.finish();
        self.files = files;
    }

    /// Has all threads make of every file what `work` says, and hands that to `each` in order.
    pub fn look<T: Send>(
        &mut self,
        work: impl Fn(&[u8]) -> Result<T, Cause> + Sync,
        mut each: impl FnMut(&mut Self, &Input, T),
    ) {
        let files = std::mem::take(&mut self.files);
        let mut each = |run: &mut Self, made: Option<(&Input, T)>| {
            if let Some((input, made)) = made {
                each(run, input, made);
            }
        };
        batch::look(files.iter().cloned().map(Item::from), work, |step| {
            if let Step::Ready((input, outcome)) = step {
                self.take(&input, outcome, &mut each);
            }
        });
        self.files = files;
    }

    fn take<T>(
        &mut self,
        input: &Input,
        outcome: Outcome<T>,
        each: &mut impl FnMut(&mut Self, Option<(&Input, T)>),
    ) {
        match outcome {
            Outcome::Forms(made) => each(self, Some((input, made))),
            Outcome::Skipped(why) => self.skipped(input, &why),
            Outcome::Failed(error) => self.failed(&error),
            Outcome::Unpacked(_) => {}
        }
    }

    /// A bar on a terminal, with the time left where it is known how much is to come.
    fn progress(&self, files: &[Input]) -> Progress {
        let hidden = self.common.no_progress || self.common.quiet || !std::io::stderr().is_terminal();
        let known = self.feed == Feed::Files || !files.iter().any(Input::may_be_records);
        let total = u64::try_from(files.len()).ok().filter(|total| known && *total > 0);
        Progress::new(total, hidden)
    }

    /// Tells a failure and remembers it.
    pub fn failed(&mut self, error: &Error) {
        print::fail(error);
        let file = slashed(&error.path);
        self.unused.push(Unused { file, message: error.cause.to_string(), failed: true });
    }

    fn skipped(&mut self, input: &Input, why: &str) {
        self.note(&format!("跳过 {}：{why}", input.path.display()));
        let file = slashed(&input.path);
        self.unused.push(Unused { file, message: why.to_owned(), failed: false });
    }

    /// Says something that is no error.
    pub fn note(&self, words: &str) {
        if !self.common.quiet {
            print::aside(words);
        }
    }

    /// Everything that is read, which nothing may be written to.
    pub fn sources(&self) -> Vec<PathBuf> {
        self.files.iter().flat_map(Input::sources).collect()
    }

    /// What the forms were judged by, as it is written on the command line that comes next.
    pub fn shown_options(&self) -> String {
        let list =
            self.common.list.as_ref().map(|list| format!(" --list {}", quoted(&list.display().to_string())));
        let template = Some(self.common.template.as_str()).filter(|template| *template != STANDARD);
        let template = template.map(|template| format!(" --template {}", quoted(template)));
        [list, template].into_iter().flatten().collect()
    }

    /// The inputs as they are written on a command line, and a folder for the output, for the command that comes next.
    pub fn shown_inputs(&self) -> (String, String) {
        let beside = |path: &PathBuf| match path.file_name() {
            Some(name) if path.is_dir() => format!("{}_{OFFICIAL}", path.with_file_name(name).display()),
            _ => OFFICIAL.to_owned(),
        };
        match self.common.inputs.as_slice() {
            [] => ("<文件夹>".to_owned(), OFFICIAL.to_owned()),
            [one] => (quoted(&one.display().to_string()), quoted(&beside(one))),
            [one, ..] => (format!("{} …", quoted(&one.display().to_string())), OFFICIAL.to_owned()),
        }
    }

    /// Remembers the worst of the findings that are told.
    pub fn saw(&mut self, diagnostics: &[Diagnostic]) {
        self.saw_worst(worst(diagnostics));
    }

    /// Remembers the worst of findings that others have looked at.
    pub fn saw_worst(&mut self, worst: Option<Severity>) {
        self.worst = self.worst.max(worst);
    }

    /// The findings across all forms that were asked for; lists that contradict each other are failures.
    pub fn across(&mut self) -> Vec<CrossFinding> {
        let (found, errors) = std::mem::take(&mut self.ledger).close();
        for error in &errors {
            self.failed(error);
        }
        let found: Vec<_> = found.into_iter().filter_map(|found| self.judge.chosen_across(found)).collect();
        for found in &found {
            self.saw(std::slice::from_ref(&found.diagnostic));
        }
        found
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

/// A path as a shell takes it for one word.
fn quoted(path: &str) -> String {
    let is_plain = !path.contains(|c: char| " ()&;'$".contains(c));
    if is_plain { path.to_owned() } else { format!("\"{path}\"") }
}

/// The worst of some findings.
pub fn worst(diagnostics: &[Diagnostic]) -> Option<Severity> {
    diagnostics.iter().map(|diagnostic| diagnostic.severity).max()
}

/// What a name that has just come stands for.
fn items_of(name: Name) -> impl Iterator<Item = Item> + Send {
    let (found, failed) = match name {
        Ok(name) => {
            let Inputs { files, missing, .. } = batch::collect(&[name], None);
            (files, missing)
        }
        Err(error) => (Vec::new(), vec![error]),
    };
    let failed = failed.into_iter().map(|Error { path, cause }| Item {
        input: Input { place: path.clone(), path, named: true },
        content: Content::Failed(cause),
    });
    failed.chain(batch::items(found.into_iter()))
}

/// A code that no rule has would silently choose nothing.
fn check_codes(common: &Common) -> Result<(), Ending> {
    for code in common.select.iter().chain(&common.ignore) {
        let known = zipingbiao::rules::RULES.iter().any(|rule| rule.code.starts_with(&code.to_uppercase()));
        if !known || code.is_empty() {
            print::aside(format!("参数有误：没有编号为“{code}”的规则，用 zpb rule 查看"));
            return Err(Ending::Failed);
        }
    }
    Ok(())
}

/// A shipped template by name, else a file.
pub fn load_template(name: &str) -> Result<Template, Error> {
    let path = Path::new(name);
    if let Some(source) = Template::source(name) {
        return Template::parse(source).map_err(|why| Cause::Template(why.to_string()).of(path));
    }
    let is_path = path.extension().is_some() || path.components().count() > 1;
    if !path.is_file() && is_path {
        return Err(Cause::NotFound.of(path));
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
