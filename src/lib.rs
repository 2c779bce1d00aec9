//! zipingbiao.
pub mod error;
pub mod grid;
pub mod reader;
