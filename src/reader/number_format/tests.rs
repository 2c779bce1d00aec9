use super::*;
use crate::reader::calendar::serial_of_iso;

#[track_caller]
fn case(code: &str, number: &str, shown: &str) {
    let number = number.parse().unwrap();
    assert_eq!(NumberFormat::new(code).shown(number, false), shown, "{code} of {number}");
}

#[test]
fn plain_numbers_keep_every_digit() {
    for code in ["General", "G/通用格式", "0.00", "#,##0.00", "0_);(0)", "@", "", "0.00E+00", "# ?/?"] {
        case(code, "1234.5678", "1234.5678");
        case(code, "-5", "-5");
    }
    case("¥#,##0.00;[Red]-¥#,##0.00", "-5", "-5");
    case("\"¥\"#,##0", "70", "70");
    case("[$¥-804]#,##0", "70", "70");
    case("0.00;[Red]0.00", "-5", "-5");
    case("_ * #,##0_ ;_ * \\-#,##0_ ;_ * \"-\"??_ ;_ @_ ", "0", "0");
    case(";;;", "3", "3");
}

#[test]
fn per_cent_and_text_around_the_digits_are_shown() {
    case("0.00%", "0.7379", "73.79%");
    case("0%", "1", "100%");
    case("0%", "0.999661904761905", "99.9661904761905%");
    case("\"≥\"0%", "0.95", "≥95%");
    case("0\"%\"", "95", "95%");
    case("0\\%", "95", "95%");
    case("0\"人\"", "5", "5人");
    case("\"≥\"0", "5", "≥5");
    case("≥0人次", "5", "≥5人次");
    case("General\"个\"", "0.5", "0.5个");
    case("#,##0.00\"万元\"", "1234.5", "1234.5万元");
    case("0\"年\"", "2023", "2023年");
    case("0.0,\"千元\"", "5500", "5.5千元");
    case("0!.0,\"万元\"", "300123", "30.0123万元");
    case("0!.0000,", "300000", "0.03");
    case("0!.0000", "305000", "30.5");
    case("#,##0,", "300500", "300.5");
    case("0!.0!.0", "123", "123");
    case("0\"人\";-0\"人\"", "-5", "-5人");
    case("\"增加\"0;\"减少\"0;\"持平\"", "-5", "减少5");
    case("\"增加\"0;\"减少\"0;\"持平\"", "0", "持平");
    case("[=1]\"是\";[=0]\"否\";0", "1", "是");
    case("[>=1]0\"年\";0.0", "0.5", "0.5");
    case("000-0000", "1234567", "1234567");
}

#[test]
fn dates_show_in_one_of_two_ways() {
    for (code, shown) in [
        ("yyyy\"年\"m\"月\"d\"日\"", "2023年12月31日"),
        ("[DBNum1][$-804]yyyy\"年\"m\"月\"d\"日\";@", "2023年12月31日"),
        ("e年m月", "2023年12月"),
        ("yyyy年", "2023年"),
        ("yyyy/m/d", "2023-12-31"),
        ("m-d-yy", "2023-12-31"),
        ("m\"月\"d\"日\"", "2023-12-31"),
        ("yyyy-mm", "2023-12"),
        ("yyyy", "2023"),
        ("yyyy-mm-dd hh:mm:ss", "2023-12-31 00:00:00"),
        ("[$-F800]dddd, mmmm dd, yyyy", "2023-12-31"),
    ] {
        case(code, "45291", shown);
    }
    case("yyyy/m/d h:mm", "45291.5", "2023-12-31 12:00");
    case("yyyy/m/d", "45291.999999999", "2023-12-31");
    case("h:mm", "0.354166666666667", "08:30");
    case("[h]:mm:ss", "1.5", "36:00:00");
    case("mm:ss.0", "0.5", "12:00:00");
    case("yyyy/m/d", "1", "1900-01-01");
    case("yyyy/m/d", "60", "1900-02-29");
    case("yyyy/m/d", "61", "1900-03-01");
    case("yyyy/m/d", "-1", "-1");
    case("yyyy/m/d", "2958466", "2958466");
}

#[test]
fn built_in_ids_of_chinese_excel() {
    for (id, shown) in [(31, "2023年12月31日"), (57, "2023年12月"), (27, "2023年12月"), (14, "2023-12-31")]
    {
        assert_eq!(NumberFormat::built_in(id).shown(45291.into(), false), shown);
    }
    assert_eq!(NumberFormat::built_in(31).shown(43829.into(), true), "2023年12月31日");
    assert_eq!(NumberFormat::built_in(164).shown(5.into(), false), "5");
}

#[test]
fn iso_dates_give_serial_numbers() {
    for (text, serial) in [
        ("2023-12-31", Some("45291")),
        ("2023-12-31T12:00:00Z", Some("45291.5")),
        ("1900-01-01", Some("1")),
        ("1900-03-01", Some("61")),
        ("2023-02-30", None),
        ("12月", None),
    ] {
        assert_eq!(serial_of_iso(text, false).map(|d| d.normalize().to_string()).as_deref(), serial);
    }
    assert_eq!(serial_of_iso("2023-12-31", true), Some(43829.into()));
}

#[test]
fn no_code_whatever_panics() {
    for code in [
        "\"",
        "[",
        "\\",
        "_",
        "*",
        "[$",
        ";;;;;;",
        "0;[",
        "E+",
        "年[",
        "%%%%%%%%%%%%%%%%%%%0",
        "0,,,,,,,,,,,",
    ] {
        for number in [Decimal::MAX, Decimal::MIN, Decimal::ZERO] {
            let _ = NumberFormat::new(code).shown(number, false);
        }
    }
}
