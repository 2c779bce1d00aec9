//! Text to standard output and standard error; that nobody reads it any more is no error.

use std::fmt::Display;
use std::io::{BufWriter, ErrorKind, StdoutLock, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use zipingbiao::error::{Cause, Error};

use crate::Ending;

/// Prints words for people, tamed, and the end of their line.
pub fn line(text: impl Display) {
    data(tamed(&text.to_string()));
}

/// Says words beside the data, on standard error, tamed; a note that nobody hears stops nothing.
pub fn aside(text: impl Display) {
    let _ = writeln!(std::io::stderr(), "{}", tamed(&text.to_string()));
}

/// Tells an error.
pub fn fail(error: &Error) -> Ending {
    aside(format!("错误 {error}"));
    Ending::Failed
}

/// Prints data as it is, and the end of its line.
pub fn data(text: impl Display) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{text}\n").as_bytes()).unwrap_or_else(stop);
}

/// A text that cannot steer the terminal: a form may hold characters that clear the screen or turn the line around.
/// They are shown by their number; the colours of this program stay.
pub fn tamed(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let colour = COLOURS.iter().find(|colour| rest.starts_with(**colour)).copied();
        let taken = colour.map_or(character.len_utf8(), str::len);
        match colour {
            Some(colour) => plain.push_str(colour),
            None if steers(character) => plain.push_str(&number(character)),
            None => plain.push(character),
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
    plain
}

/// What a text can be painted with: nothing else that steers a terminal gets through [`tamed`].
#[derive(Debug, Clone, Copy)]
pub struct Paint(&'static str);

impl Paint {
    /// A heading.
    pub const BOLD: Self = Self(COLOURS[0]);
    /// An error; what stood there.
    pub const RED: Self = Self(COLOURS[1]);
    /// What stands there now.
    pub const GREEN: Self = Self(COLOURS[2]);
    /// A warning.
    pub const YELLOW: Self = Self(COLOURS[3]);
    /// A note.
    pub const CYAN: Self = Self(COLOURS[4]);

    /// `text` painted, where colours are shown.
    pub fn on(self, text: &str, colors: bool) -> String {
        if colors { format!("{}{text}{PLAIN}", self.0) } else { text.to_owned() }
    }
}

const PLAIN: &str = "\u{1b}[0m";
const COLOURS: [&str; 6] = ["\u{1b}[1m", "\u{1b}[31m", "\u{1b}[32m", "\u{1b}[33m", "\u{1b}[36m", PLAIN];

fn number(character: char) -> String {
    format!("<U+{:04X}>", u32::from(character))
}

fn steers(character: char) -> bool {
    let turns =
        matches!(character, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    turns || (character.is_control() && !matches!(character, '\n' | '\t'))
}

/// Standard output that is written in large pieces.
pub struct Out(BufWriter<StdoutLock<'static>>);

impl Out {
    /// Takes standard output for itself.
    pub fn new() -> Self {
        Self(BufWriter::with_capacity(1 << 16, std::io::stdout().lock()))
    }

    /// Writes a text, sooner or later.
    pub fn write(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).unwrap_or_else(stop);
    }

    /// Writes what was held back.
    pub fn flush(&mut self) {
        self.0.flush().unwrap_or_else(stop);
    }
}

/// Whether the command writes files beside what it prints.
static WRITES_FILES: AtomicBool = AtomicBool::new(false);

/// From now on files are written, which must be finished even if nobody reads what is printed.
pub fn writes_files() {
    WRITES_FILES.store(true, Ordering::Relaxed);
}

/// Nothing more can be written: `| head` has seen enough, which is no error, or a disk is full.
/// A command that writes files goes on without a reader.
pub fn stop(error: std::io::Error) {
    if error.kind() == ErrorKind::BrokenPipe {
        if WRITES_FILES.load(Ordering::Relaxed) {
            return;
        }
        std::process::exit(0);
    }
    fail(&Cause::io("写入", error).of("-"));
    std::process::exit(2);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_steers_the_terminal() {
        let hostile = "甲\u{1b}[2J\u{1b}[31m错误\u{1b}[0m\u{7}乙\u{202e}丙\u{9b}1m\r丁\n戊\t己";
        let tame = "甲<U+001B>[2J\u{1b}[31m错误\u{1b}[0m<U+0007>乙<U+202E>丙<U+009B>1m<U+000D>丁\n戊\t己";
        assert_eq!(tamed(hostile), tame);
    }
}
