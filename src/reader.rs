//! Bytes to grids: one reader a container, chosen by what the bytes are.

pub mod docx;
mod flow;
pub mod html;
pub mod limits;
mod markup;
pub mod ods;
mod shown;
pub mod spreadsheetml;
