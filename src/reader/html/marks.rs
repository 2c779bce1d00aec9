//! Start and end tags to what they hide or strike out.

use crate::reader::html::token::Tag;
use crate::reader::html::{declaration, is_block, is_hidden};
use crate::reader::limits;

/// Elements without content or end.
const VOID: [&str; 8] = ["br", "hr", "img", "input", "meta", "link", "wbr", "embed"];
/// Elements that end where the next of the same name begins.
const ENDED_BY_NEXT: [&str; 5] = ["p", "li", "dt", "dd", "option"];

/// An open element that hides or strikes out its text.
struct Mark {
    name: String,
    /// The element itself and those of its name inside.
    open: usize,
    is_hidden: bool,
    is_struck: bool,
}

/// The open elements that hide or strike out what follows.
#[derive(Default)]
pub(super) struct Marks(Vec<Mark>);

impl Marks {
    /// Begins an element.
    pub(super) fn open(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_str();
        if VOID.contains(&name) {
            return;
        }
        let ends = |mark: &Mark| {
            (mark.name == name && ENDED_BY_NEXT.contains(&name)) || (mark.name == "p" && is_block(name))
        };
        if self.0.last().is_some_and(ends) {
            self.0.pop();
        }
        let (hides, strikes) = (is_hidden(tag), is_struck(tag));
        if (hides || strikes) && self.0.len() < limits::DEPTH {
            self.0.push(Mark { name: name.to_owned(), open: 1, is_hidden: hides, is_struck: strikes });
        } else if let Some(mark) = self.0.iter_mut().rfind(|mark| mark.name == name) {
            mark.open += 1;
        }
    }

    /// Ends an element, and those inside that were left open.
    pub(super) fn close(&mut self, name: &str) {
        let Some(at) = self.0.iter().rposition(|mark| mark.name == name) else { return };
        let Some(mark) = self.0.get_mut(at) else { return };
        mark.open = mark.open.saturating_sub(1);
        if mark.open == 0 {
            self.0.truncate(at);
        }
    }

    /// Whether text here is not shown.
    pub(super) fn hide(&self) -> bool {
        self.0.iter().any(|mark| mark.is_hidden)
    }

    /// Whether text here has a line through it.
    pub(super) fn strike(&self) -> bool {
        self.0.iter().any(|mark| mark.is_struck)
    }
}

fn is_struck(tag: &Tag<'_>) -> bool {
    let says_so = |style: &str| {
        let rules = style.split(';').filter_map(declaration);
        rules
            .into_iter()
            .any(|(name, value)| name.starts_with("text-decoration") && value.contains("line-through"))
    };
    matches!(tag.name.as_str(), "del" | "s" | "strike")
        || tag.attr("style").is_some_and(|style| says_so(&style.to_ascii_lowercase()))
}
