//! Bytes to grids: one reader a container, chosen by what the bytes are.

mod align;
mod fill;
pub mod limits;
mod locate;
mod segment;
mod table;
mod token;
