//! Reports to files.

pub mod file;
pub mod json;
mod list;
mod measure;
pub mod plan;
mod style;
pub mod xlsx;
