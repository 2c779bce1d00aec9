use super::*;
use crate::grid::{Cell, Value};
use crate::reader::ole;
use crate::reader::xls;

type Recorded = (u16, Vec<u8>);

fn bytes(records: &[Recorded]) -> Vec<u8> {
    let one = |(id, data): &Recorded| {
        let length = u16::try_from(data.len()).unwrap().to_le_bytes();
        [&id.to_le_bytes()[..], &length, data].concat()
    };
    records.iter().flat_map(one).collect()
}

fn numbers(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
}

fn number(row: u16, col: u16, xf: u16, value: f64) -> Recorded {
    (id::NUMBER, [numbers(&[row, col, xf]), value.to_le_bytes().to_vec()].concat())
}

fn formula(row: u16, col: u16, value: [u8; 8], tokens: &[u8]) -> Recorded {
    let length = u16::try_from(tokens.len()).unwrap();
    let head = [numbers(&[row, col, 0]), value.to_vec(), vec![0; 6]].concat();
    (id::FORMULA, [head, numbers(&[length]), tokens.to_vec()].concat())
}

/// A workbook of one sheet, whose globals have `more` and whose sheet has `records`.
fn book(version: u16, more: &[Recorded], records: &[Recorded]) -> Vec<u8> {
    let mut globals = vec![(id::BOF, numbers(&[version, 5, 0, 0]))];
    globals.extend_from_slice(more);
    let bound = |start: usize| -> Recorded {
        let flag = if version == 0x0600 { &[0_u8][..] } else { &[] };
        let start = u32::try_from(start).unwrap().to_le_bytes();
        (id::BOUND_SHEET, [&start[..], &[1, 0, 1], flag, b"S"].concat())
    };
    let end = bytes(&[(id::EOF, vec![])]);
    let start = bytes(&globals).len() + bytes(&[bound(0)]).len() + end.len();
    globals.push(bound(start));
    let mut sheet = vec![(id::BOF, numbers(&[version, 0x10, 0, 0]))];
    sheet.extend_from_slice(records);
    [bytes(&globals), end.clone(), bytes(&sheet), end].concat()
}

fn cells(stream: &[u8]) -> Vec<(String, Cell)> {
    let grids = xls::read(&ole::wrap("Workbook", stream)).unwrap();
    grids[0].cells().map(|(at, cell)| (at.to_string(), cell.clone())).collect()
}

#[track_caller]
fn formula_case(tokens: &[u8], expected: Option<&str>) {
    let stream = book(0x0600, &[], &[formula(4, 2, 1_f64.to_le_bytes(), tokens)]);
    assert_eq!(cells(&stream)[0].1.formula.as_deref(), expected);
}

#[test]
fn cells_keep_their_places_however_far() {
    let records = [
        number(65_535, 255, 0, 69.91),
        number(0, 0, 0, 0.1 + 0.2),
        (id::MUL_RK, [numbers(&[3, 4, 0]), vec![6, 0, 0, 0], vec![0, 0, 0xFE, 0, 0, 0], vec![5, 0]].concat()),
    ];
    let found = cells(&book(0x0600, &[], &records));
    let shown: Vec<_> =
        found.iter().map(|(at, cell)| (at.as_str(), cell.value.as_ref().unwrap().shown())).collect();
    assert_eq!(shown, [("A1", "0.3"), ("E4", "1"), ("F4", "63"), ("IV65536", "69.91")]);
}

#[test]
fn formats_make_per_cents_and_dates() {
    let format = |number, code: &str| {
        let units: Vec<u16> = code.encode_utf16().collect();
        let length = u16::try_from(units.len()).unwrap();
        (id::FORMAT, [numbers(&[number, length]), vec![1], numbers(&units)].concat())
    };
    let globals = [
        format(164, "yyyy\"年\"m\"月\""),
        (id::XF, numbers(&[0, 0])),
        (id::XF, numbers(&[0, 10])),
        (id::XF, numbers(&[0, 164])),
        (id::XF, numbers(&[0, 31])),
    ];
    let records =
        [number(0, 0, 1, 0.7379), number(0, 1, 2, 45291.0), number(0, 2, 3, 45291.0), number(0, 3, 9, 5.0)];
    let found = cells(&book(0x0600, &globals, &records));
    let shown: Vec<_> = found.iter().map(|(_, cell)| cell.value.as_ref().unwrap().shown()).collect();
    assert_eq!(shown, ["73.79%", "2023年12月", "2023年12月31日", "5"]);
}

#[test]
fn formulas_say_what_was_typed() {
    let cell = |row: u16, col: u16| [&[0x44][..], &numbers(&[row, col])].concat();
    let two = |op: u8| [cell(1, 0xC000), vec![0x1E, 3, 0, op]].concat();
    for (op, sign) in [(0x09, "<"), (0x0A, "<="), (0x0B, "="), (0x0C, ">="), (0x0D, ">"), (0x0E, "<>")] {
        formula_case(&two(op), Some(&format!("A2{sign}3")));
    }
    for (col, expected) in [(0xC001, "B2"), (0x8001, "$B2"), (0x4001, "B$2"), (1, "$B$2")] {
        formula_case(&cell(1, col), Some(expected));
    }
    formula_case(&[0x1E, 100, 0, 0x14], Some("100%"));
    // Another sheet, and tokens that mean nothing: the value stays, the formula is not made up.
    formula_case(&[0x5A, 0, 0, 1, 0, 1, 0xC0], None);
    formula_case(&[0x7F, 1, 2], None);
    formula_case(&[], None);
}

#[test]
fn shared_formulas_are_spelled_out_for_each_cell() {
    // C5 and C6 share "two columns to the left, times $B$1".
    let shared = [&[0x4C][..], &numbers(&[0, 0xC0FE]), &[0x44], &numbers(&[0, 1]), &[0x05]].concat();
    let length = u16::try_from(shared.len()).unwrap();
    let definition = [numbers(&[4, 5]), vec![2, 2, 0, 2], numbers(&[length]), shared].concat();
    let user = |row| formula(row, 2, 7_f64.to_le_bytes(), &[&[0x01][..], &numbers(&[4, 2])].concat());
    let found = cells(&book(0x0600, &[], &[user(4), (id::SHARED_FORMULA, definition), user(5)]));
    let formulas: Vec<_> = found.iter().map(|(_, cell)| cell.formula.as_deref().unwrap()).collect();
    assert_eq!(formulas, ["A5*$B$1", "A6*$B$1"]);
}

#[test]
fn formula_values_of_every_kind() {
    let percent = [0x1E, 100, 0, 0x14];
    let value = |kind, code| [kind, 0, code, 0, 0, 0, 0xFF, 0xFF];
    let text = (id::STRING, [numbers(&[2]), vec![0], b"ab".to_vec()].concat());
    let more = (id::CONTINUE, [vec![1], numbers(&[0x5B57])].concat());
    let records = [
        formula(0, 0, value(0, 0), &percent),
        (id::STRING, [numbers(&[3]), vec![0], b"ab".to_vec()].concat()),
        more,
        formula(0, 1, value(1, 1), &percent),
        text,
        formula(0, 2, value(2, 7), &percent),
        formula(0, 3, value(3, 0), &percent),
        formula(0, 4, value(9, 9), &percent),
    ];
    let found = cells(&book(0x0600, &[], &records));
    let values: Vec<_> = found.into_iter().map(|(_, cell)| cell.value).collect();
    let text = Value::Text("ab字".to_owned());
    assert_eq!(values[0], Some(text));
    // The text behind it belongs to no formula of text.
    assert_eq!(values[1], Some(Value::Bool(true)));
    assert_eq!(values[2], Some(Value::Error("#DIV/0!".to_owned())));
    assert_eq!(values[3..], [None, None]);
}

#[test]
fn hidden_rows_columns_and_merges() {
    let row = |row: u16, flags: u16| (id::ROW, numbers(&[row, 0, 1, 0, 0, 0, flags, 0]));
    let records = [
        (id::DEFAULT_ROW_HEIGHT, numbers(&[2, 0])),
        (id::COL_INFO, numbers(&[2, 999, 10, 0, 1, 0])),
        row(0, 0x20),
        row(1, 0),
        number(1, 0, 0, 1.0),
        number(7, 0, 0, 1.0),
        (id::MERGE_CELLS, numbers(&[9, 0, 1, 0, 3])),
    ];
    let grid = xls::read(&book(0x0600, &[], &records)).unwrap().remove(0);
    assert_eq!(grid.hidden_rows.iter().copied().collect::<Vec<_>>(), [0, 7]);
    assert_eq!(grid.hidden_cols.iter().copied().collect::<Vec<_>>(), (2..256).collect::<Vec<_>>());
    assert_eq!(grid.merges(), ["A1:D2".parse().unwrap()]);
    assert!(grid.hidden);
}

#[test]
fn chinese_text_of_excel_95() {
    let gbk = encoding_rs::GB18030.encode("项目").0.into_owned();
    let label = (id::LABEL, [numbers(&[0, 0, 0, 4]), gbk].concat());
    let page = (id::CODE_PAGE, numbers(&[936]));
    let found = cells(&book(0x0500, &[page], std::slice::from_ref(&label)));
    assert_eq!(found, [("A1".to_owned(), Cell::text("项目"))]);
    // A sheet without workbook and container, as the shortest of export programs write it.
    let bare = bytes(&[(id::BOF, numbers(&[0, 0x10, 0, 0])), label, (id::EOF, vec![])]);
    let grid = xls::read(&bare).unwrap().remove(0);
    assert_eq!(grid.get(CellRef::new(0, 0)), Some(&Cell::text("项目")));
}

#[test]
fn what_is_cut_or_absurd_is_refused() {
    let whole = book(0x0600, &[], &[number(0, 0, 0, 1.0)]);
    assert!(xls::read(&whole).is_ok());
    assert!(matches!(xls::read(&whole[..whole.len() - 10]), Err(Cause::Corrupt(_))));
    let far = book(0x0600, &[], &[number(0, 256, 0, 1.0)]);
    assert!(matches!(xls::read(&far), Err(Cause::Corrupt(_))));
    let locked = book(0x0600, &[(id::FILE_PASS, vec![0; 6])], &[]);
    assert!(matches!(xls::read(&locked), Err(Cause::Encrypted)));
    // What a record claims about sizes counts for nothing.
    let claims = book(0x0600, &[], &[(0x0200, vec![0xFF; 14]), number(0, 0, 0, 1.0)]);
    assert_eq!(cells(&claims).len(), 1);
    let unended = &whole[..whole.len() - 4];
    assert_eq!(xls::read(unended).unwrap()[0].notes.len(), 1);
}
