//! Findings to a temporary file, and from there back in any order.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::rules;

/// A finding as a line of JSON: what the rule does not say itself.
#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    code: &'a str,
    severity: Severity,
    cell: Option<String>,
    message: String,
    fix: Option<Fix>,
}

/// Findings on their way to a temporary file.
pub(super) struct Spool {
    file: BufWriter<File>,
    /// Bytes so far.
    end: u64,
}

impl Spool {
    pub fn new() -> io::Result<Self> {
        Ok(Self { file: BufWriter::new(tempfile::tempfile()?), end: 0 })
    }

    /// Keeps a finding, but for its field; gives where it is.
    pub fn keep(&mut self, found: &Diagnostic) -> io::Result<u64> {
        let at = self.end;
        let cell = found.cell.map(|cell| cell.to_string());
        let (message, fix) = (found.message.clone(), found.fix.clone());
        let mut line =
            serde_json::to_vec(&Kept { code: found.code, severity: found.severity, cell, message, fix })?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.end += line.len() as u64;
        Ok(at)
    }

    /// Everything is kept.
    pub fn finish(self) -> io::Result<Kepts> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let mut file = BufReader::new(file);
        file.rewind()?;
        Ok(Kepts { file, at: 0, line: String::new() })
    }
}

/// Findings that are kept.
pub(super) struct Kepts {
    file: BufReader<File>,
    /// Where the next line begins that would be read.
    at: u64,
    line: String,
}

impl Kepts {
    /// The finding that was kept there; quickest for the one behind the last.
    pub fn get(&mut self, at: u64) -> io::Result<Diagnostic> {
        if at != self.at {
            self.file.seek_relative(at.cast_signed() - self.at.cast_signed())?;
        }
        self.line.clear();
        self.at = at + self.file.read_line(&mut self.line)? as u64;
        let kept: Kept<'_> = serde_json::from_str(&self.line)?;
        let rule = rules::rule(kept.code).ok_or(io::ErrorKind::InvalidData)?;
        Ok(Diagnostic {
            code: rule.code,
            name: rule.name,
            severity: kept.severity,
            field: None,
            cell: kept.cell.and_then(|cell| cell.parse().ok()),
            message: kept.message,
            fix: kept.fix,
        })
    }
}
