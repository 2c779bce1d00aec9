//! Reports to files.

mod annotate;
pub mod csv;
pub mod file;
pub mod half;
mod input;
pub mod json;
mod list;
mod measure;
mod names;
pub mod plan;
pub mod press;
mod settling;
pub mod show;
mod style;
pub mod summary;
pub mod xlsx;

/// Adds words to a text; writing to a string cannot fail.
fn put(text: &mut String, words: std::fmt::Arguments<'_>) {
    let _ = std::fmt::Write::write_fmt(text, words);
}
