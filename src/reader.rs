//! Bytes to grids: one reader a container, chosen by what the bytes are.

mod biff;
pub mod delimited;
pub mod encoding;
pub mod limits;
pub mod number_format;
mod ole;
pub mod sniff;
pub mod xls;
