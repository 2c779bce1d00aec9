//! Text to standard output; the program ends quietly when nobody reads it any more.

use std::fmt::Display;
use std::io::{BufWriter, ErrorKind, StdoutLock, Write};

use zipingbiao::error::Cause;

use crate::run::fail;

/// Prints a text and the end of its line.
pub fn line(text: impl Display) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{text}\n").as_bytes()).unwrap_or_else(|error| stop(error));
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
        self.0.write_all(text.as_bytes()).unwrap_or_else(|error| stop(error));
    }

    /// Writes what was held back.
    pub fn flush(&mut self) {
        self.0.flush().unwrap_or_else(|error| stop(error));
    }
}

/// Nothing more can be written: `| head` has seen enough, which is no error, or a disk is full.
fn stop(error: std::io::Error) -> ! {
    if error.kind() == ErrorKind::BrokenPipe {
        std::process::exit(0);
    }
    fail(&Cause::io("写入", error).of("-"));
    std::process::exit(2);
}
