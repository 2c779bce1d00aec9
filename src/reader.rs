//! Bytes to grids: one reader a container, chosen by what the bytes are.

pub mod limits;
