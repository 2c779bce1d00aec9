//! Serial numbers to days of the calendar and back, in both date systems.

use rust_decimal::Decimal;

/// Days from 1970-01-01 back to serial 0 of the 1900 system, taking its 29 February 1900 for real.
pub const EPOCH_1900: i64 = 25_569;
/// The same for the 1904 system.
const EPOCH_1904: i64 = 24_107;
/// 9999-12-31, the last day that Excel knows.
const LAST_SERIAL: i64 = 2_958_465;

/// Year, month and day of a serial number.
pub fn civil_of_serial(serial: i64, date1904: bool) -> Option<(i64, i64, i64)> {
    if !(0..=LAST_SERIAL).contains(&serial) {
        return None;
    }
    if date1904 {
        return Some(civil_of_days(serial - EPOCH_1904));
    }
    match serial {
        0 => None,
        60 => Some((1900, 2, 29)),
        1..60 => Some(civil_of_days(serial + 1 - EPOCH_1900)),
        _ => Some(civil_of_days(serial - EPOCH_1900)),
    }
}

/// The Gregorian date of a day counted from 1970-01-01 (H. Hinnant, `civil_from_days`).
pub fn civil_of_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The serial number of an ISO date (`2023-12-31`, `2023-12-31T08:30:00`); `None` if it is none.
pub fn serial_of_iso(text: &str, date1904: bool) -> Option<Decimal> {
    let text = text.trim().trim_end_matches('Z');
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let days = days_of_date(year, month, day)?;
    let day_serial = days + if date1904 { EPOCH_1904 } else { EPOCH_1900 };
    let seconds = if time.is_empty() { Decimal::ZERO } else { seconds_of_clock(time)? };
    let serial = if !date1904 && day_serial <= 60 { day_serial - 1 } else { day_serial };
    Decimal::from(serial).checked_add(seconds.checked_div(Decimal::from(86_400))?.round_dp(12))
}

fn seconds_of_clock(time: &str) -> Option<Decimal> {
    let mut seconds = Decimal::ZERO;
    let mut unit = Decimal::from(3600);
    for part in time.splitn(3, ':') {
        seconds = seconds.checked_add(part.parse::<Decimal>().ok()?.checked_mul(unit)?)?;
        unit = unit.checked_div(Decimal::from(60))?;
    }
    Some(seconds)
}

/// Days from 1970-01-01 to a Gregorian date between 1900 and 9999; `None` if there is no such date.
fn days_of_date(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1900..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let days = days_of_civil(year, month, day);
    (civil_of_days(days) == (year, month, day)).then_some(days)
}

/// Days from 1970-01-01 to a Gregorian date; a day that its month does not have runs on into the next.
pub fn days_of_civil(year: i64, month: i64, day: i64) -> i64 {
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}
