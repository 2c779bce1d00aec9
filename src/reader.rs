//! Bytes to grids: one reader a container, chosen by what the bytes are.

pub mod limits;
pub mod number_format;
pub mod package;
pub mod xlsb;
pub mod xlsx;
