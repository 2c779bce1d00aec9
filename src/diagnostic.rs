//! What is wrong where, how bad it is, and whether it can be fixed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::form::Field;
use crate::grid::CellRef;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// For information: nothing to correct, or corrected safely.
    Info,
    /// A person should look at it.
    Warning,
    /// The form would be sent back for it.
    Error,
}

impl Severity {
    /// The name people know.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "提示",
            Self::Warning => "警告",
            Self::Error => "错误",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a fix promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FixKind {
    /// Same meaning, or arithmetic that the form itself prescribes.
    Safe,
    /// Somebody's judgement would change; only on request.
    Unsafe,
}

/// A change that would put a finding right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// Its promise.
    pub kind: FixKind,
    /// What stands there, `None` if nothing does.
    pub from: Option<String>,
    /// What should.
    pub to: Option<String>,
}

impl Fix {
    /// A safe change from `from` to `to`.
    pub fn safe(from: Option<&str>, to: impl Into<String>) -> Self {
        Self { kind: FixKind::Safe, from: from.map(str::to_owned), to: Some(to.into()) }
    }
}

/// One thing that is wrong, or worth knowing, about a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule's code, e.g. `P03`.
    pub code: &'static str,
    /// The rule's name, e.g. `actual-missing`.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The field it is about, if it is about one.
    pub field: Option<Field>,
    /// Where that is on the submitted sheet.
    pub cell: Option<CellRef>,
    /// Where, what, and what to do, in Chinese.
    pub message: String,
    /// What would put it right.
    pub fix: Option<Fix>,
}
