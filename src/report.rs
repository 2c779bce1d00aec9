//! A form with everything known about it: where it came from, its scores, what is wrong with it.

use crate::diagnostic::Diagnostic;
use crate::form::Form;
use crate::grid::Region;
use crate::layout::Layout;
use crate::score::Scores;

/// Where a form came from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The file as given, with `/`.
    pub file: String,
    /// The sheet; `None` for text.
    pub sheet: Option<String>,
    /// The rectangle of the form on it.
    pub range: Option<Region>,
}

/// A form with its layout, scores and diagnostics: what every writer takes.
#[derive(Debug, Clone)]
pub struct Report {
    /// Where it came from.
    pub origin: Origin,
    /// What it says.
    pub form: Form,
    /// Where everything stands.
    pub layout: Layout,
    /// What is computed from it.
    pub scores: Scores,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}
