//! zipingbiao.
pub mod error;
pub mod grid;
pub mod number;
pub mod reader;
