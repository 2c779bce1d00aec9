//! zipingbiao.
pub mod batch;
pub mod diagnostic;
pub mod error;
pub mod form;
pub mod grid;
pub mod labels;
pub mod layout;
pub mod number;
pub mod reader;
pub mod report;
pub mod rules;
pub mod score;
pub mod template;
pub mod text;
pub mod writer;
