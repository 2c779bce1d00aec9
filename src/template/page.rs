//! How a template's sheet is printed and how its numbers are shown.

use serde::Deserialize;

/// The size of the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Paper {
    /// 210 × 297 mm
    #[default]
    A4,
    /// 297 × 420 mm
    A3,
}

impl Paper {
    /// Its number in Excel.
    pub const fn number(self) -> u8 {
        match self {
            Self::A4 => 9,
            Self::A3 => 8,
        }
    }

    /// Its shorter and its longer side, in points.
    const fn sides(self) -> (f64, f64) {
        match self {
            Self::A4 => (595.0, 842.0),
            Self::A3 => (842.0, 1191.0),
        }
    }
}

/// Which way the paper lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Orientation {
    /// Upright.
    #[default]
    Portrait,
    /// On its side.
    Landscape,
}

/// Width and height of a page in points.
pub const fn page(paper: Paper, orientation: Orientation) -> (f64, f64) {
    let (short, long) = paper.sides();
    match orientation {
        Orientation::Portrait => (short, long),
        Orientation::Landscape => (long, short),
    }
}

/// Number formats, in Excel's notation. A number with more decimals than its format shows gets more of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Formats {
    /// Of amounts of money.
    pub amount: String,
    /// Of rates.
    pub rate: String,
    /// Of points that were scored.
    pub points: String,
}

impl Default for Formats {
    fn default() -> Self {
        Self { amount: "General".to_owned(), rate: "0.00%".to_owned(), points: "0.00".to_owned() }
    }
}
