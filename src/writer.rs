//! Reports to files.

pub mod csv;
pub mod json;
pub mod summary;
