//! Reports to files.

pub mod file;
pub mod json;
