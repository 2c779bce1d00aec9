//! Text and stored numbers to exact decimals, and every rounding rule.

use rust_decimal::{Decimal, RoundingStrategy};

/// The decimal that a spreadsheet's stored double means: what people see, at most 15 significant digits
/// (`69.909999999999997` is 69.91, `0.30000000000000004` is 0.3). `None` if it is not finite or beyond 28 digits.
pub fn from_f64(stored: f64) -> Option<Decimal> {
    if !stored.is_finite() || stored.abs() >= 1e28 {
        return None;
    }
    // 15 significant digits is what Excel keeps and shows; the 17 in the file are the double's noise.
    let fifteen = format!("{stored:.14e}");
    let (mantissa, exponent) = fifteen.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    if exponent < -27 {
        return Some(Decimal::ZERO);
    }
    Decimal::from_scientific(&format!("{mantissa}e{exponent}")).ok().map(|d| d.normalize())
}

/// Rounds half away from zero, as people and Excel do (never banker's rounding), to `places` decimals.
pub fn round_half_up(number: Decimal, places: u32) -> Decimal {
    number.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_doubles_read_as_people_see_them() {
        for (stored, seen) in [
            (69.909_999_999_999_997, "69.91"),
            (0.1 + 0.2, "0.3"),
            (100.0, "100"),
            (0.0, "0"),
            (-0.0, "0"),
            (1e-7, "0.0000001"),
            (313_338_300.0, "313338300"),
            (209.929 / 210.0, "0.999661904761905"),
            (1e-300, "0"),
        ] {
            assert_eq!(from_f64(stored).unwrap().to_string(), seen);
        }
        for refused in [f64::NAN, f64::INFINITY, 1e30] {
            assert_eq!(from_f64(refused), None);
        }
    }

    #[test]
    fn halves_round_away_from_zero() {
        for (number, places, rounded) in
            [("2.5", 0, "3"), ("0.125", 2, "0.13"), ("-0.125", 2, "-0.13"), ("9.985", 2, "9.99")]
        {
            assert_eq!(round_half_up(number.parse().unwrap(), places).to_string(), rounded);
        }
    }
}
