//! Wrong arguments to one Chinese line that says what to do.

use std::process::ExitCode;

use clap::CommandFactory;
use clap::error::{ContextKind, ErrorKind};

use crate::Ending;
use crate::args::Cli;
use crate::print;

/// Shows help and version as asked; anything else as an error of the user's words.
pub fn show(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        print!("{}", error.render());
        return ExitCode::SUCCESS;
    }
    print::aside(format!("参数有误：{}", words(error)));
    ExitCode::from(2)
}

/// The program was started without anything to do.
pub fn usage() -> Ending {
    eprint!("{}", Cli::command().render_help());
    Ending::Failed
}

/// The first word is neither a command nor a file.
pub fn no_command(word: &str) -> Ending {
    let command = Cli::command();
    let close = |name: &&str| similar::TextDiff::from_chars(word, *name).ratio() > 0.6;
    let meant = command.get_subcommands().map(clap::Command::get_name).find(close);
    let hint = meant.map(|name| format!("，是不是 zpb {name}")).unwrap_or_default();
    print::aside(format!("参数有误：没有 {word} 这个命令，也没有这个文件{hint}；用 zpb --help 查看用法"));
    Ending::Failed
}

fn words(error: &clap::Error) -> String {
    let about = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let argument = about(ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::UnknownArgument => format!("没有 {argument} 这个选项，用 --help 查看可用的选项"),
        ErrorKind::InvalidSubcommand => {
            format!("没有 {} 这个命令，用 zpb --help 查看", about(ContextKind::InvalidSubcommand))
        }
        ErrorKind::InvalidValue => {
            let allowed = about(ContextKind::ValidValue);
            format!("{argument} 不能是“{}”，可以是：{allowed}", about(ContextKind::InvalidValue))
        }
        ErrorKind::ValueValidation => {
            format!("{argument} 的值“{}”不对，请改正", about(ContextKind::InvalidValue))
        }
        ErrorKind::MissingRequiredArgument => format!("缺少 {argument}，用 --help 查看用法"),
        ErrorKind::ArgumentConflict => format!("{argument} 不能这样一起用，用 --help 查看用法"),
        ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues => {
            format!("{argument} 的值个数不对，用 --help 查看用法")
        }
        _ => "用 zpb --help 查看用法".to_owned(),
    }
}
