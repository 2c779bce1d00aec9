//! The arguments to one command, its result to an exit status.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the program speaks here and nowhere else")]

mod apart;
mod args;
mod blank;
mod capped;
mod check;
mod compose;
mod data;
mod diff;
mod export;
mod fix;
mod info;
mod list;
mod names;
mod print;
mod progress;
mod refusal;
mod render;
mod run;
mod show;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use zipingbiao::batch::OFFICIAL;

use args::{Cli, Command};

#[global_allocator]
static ALLOCATOR: capped::Capped<mimalloc::MiMalloc> = capped::Capped(mimalloc::MiMalloc);

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// Every file processed.
    Done,
    /// Findings at or above the level that was asked for.
    Findings,
    /// A file could not be processed, or the arguments are wrong.
    Failed,
}

fn main() -> ExitCode {
    // A panic inside a reader is reported as that file's error; its own words would only confuse.
    std::panic::set_hook(Box::new(|_| {}));
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == apart::ARGUMENT) {
        return apart::serve(arguments.next());
    }
    apart::begin();
    let _ = ctrlc::set_handler(stop); // without it, what is half written stays until the next run
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refusal::show(&error),
    };
    let ending = match cli.command {
        Some(Command::Fix(fix)) => fix::run(&fix),
        Some(Command::Check(check)) => check::run(&check),
        Some(Command::Export(export)) => export::run(&export),
        Some(Command::Blank(blank)) => blank::run(&blank),
        Some(Command::Rule(rule)) => info::rules(rule.code.as_deref()),
        Some(Command::Template(template)) => info::templates(template.name.as_deref()),
        None if cli.dropped.is_empty() => refusal::usage(),
        None => dropped(&cli.dropped),
    };
    zipingbiao::writer::half::settle();
    match ending {
        Ending::Done => ExitCode::SUCCESS,
        Ending::Findings => ExitCode::from(1),
        Ending::Failed => ExitCode::from(2),
    }
}

/// Ctrl-C, or logging off: nothing half written stays.
fn stop() {
    zipingbiao::writer::half::abandon();
    std::process::exit(130);
}

/// A folder or zip dropped on the program: fixed into `FOLDER_规范` beside it.
fn dropped(folders: &[PathBuf]) -> Ending {
    if let Some(word) = folders.first().filter(|first| !first.exists() && is_word(first)) {
        return refusal::no_command(&word.to_string_lossy());
    }
    folders.iter().map(|folder| fix::run(&fix_beside(folder))).max().unwrap_or(Ending::Done)
}

/// Whether it looks like a command and not like a file.
fn is_word(path: &Path) -> bool {
    path.to_str().is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-'))
}

fn fix_beside(folder: &Path) -> args::Fix {
    let named = |path: PathBuf| {
        let name = if path.is_file() { path.file_stem() } else { path.file_name() };
        name.map(std::ffi::OsStr::to_os_string)
    };
    let name = folder.canonicalize().ok().and_then(named);
    let name = name.unwrap_or_else(|| folder.as_os_str().to_os_string());
    // `.` has no name of its own, and its output would lie within it.
    let whole = folder.file_name().is_none().then(|| folder.canonicalize().ok()).flatten();
    let output =
        whole.as_deref().unwrap_or(folder).with_file_name(format!("{}_{OFFICIAL}", name.to_string_lossy()));
    let line =
        ["zpb".into(), "fix".into(), folder.as_os_str().to_os_string(), "-o".into(), output.into_os_string()];
    match Cli::parse_from(line).command {
        Some(Command::Fix(fix)) => fix,
        _ => unreachable!("the line above is a fix command"),
    }
}
