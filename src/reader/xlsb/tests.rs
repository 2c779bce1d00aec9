//! Workbooks put together record by record.

use super::*;
use crate::grid::{Cell, CellRef, Value};
use crate::reader::package::sheet::LOST_FORMULA;
use crate::reader::package::tests::zip_of;

fn record(id: u16, content: &[u8]) -> Vec<u8> {
    let low = u8::try_from(id & 0x7F).unwrap();
    let mut bytes = if id < 128 { vec![low] } else { vec![low | 0x80, u8::try_from(id >> 7).unwrap()] };
    let length = content.len();
    bytes.extend([u8::try_from(length & 0x7F).unwrap() | 0x80, u8::try_from(length >> 7).unwrap()]);
    bytes.extend(content);
    bytes
}

fn text(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let length = u32::try_from(units.len()).unwrap().to_le_bytes();
    length.into_iter().chain(units.into_iter().flat_map(u16::to_le_bytes)).collect()
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
}

fn row(index: u32, hidden: bool) -> Vec<u8> {
    record(0, &[numbers(&[index, 0]), vec![0, 0, 0, if hidden { 0x10 } else { 0 }, 0, 0, 0, 0, 0]].concat())
}

fn cell(id: u16, col: u32, content: &[u8]) -> Vec<u8> {
    record(id, &[numbers(&[col, 0]), content.to_vec()].concat())
}

/// The part of a formula record behind the value.
fn formula(tokens: &[u8], extra: &[u8]) -> Vec<u8> {
    let length = |bytes: &[u8]| numbers(&[u32::try_from(bytes.len()).unwrap()]);
    [vec![0, 0], length(tokens), tokens.to_vec(), length(extra), extra.to_vec()].concat()
}

fn number_formula(col: u32, value: f64, tokens: &[u8]) -> Vec<u8> {
    cell(9, col, &[value.to_le_bytes().to_vec(), formula(tokens, &[])].concat())
}

fn sheet(data: &[Vec<u8>], after: &[Vec<u8>]) -> Vec<u8> {
    let parts = [record(129, &[]), record(145, &[]), data.concat(), record(146, &[]), after.concat()];
    [parts.concat(), record(130, &[])].concat()
}

fn workbook(sheet: &[u8]) -> Vec<u8> {
    let entry = |state: u32, link: &str, name: &str| {
        record(156, &[numbers(&[state, 1]), text(link), text(name)].concat())
    };
    let book = [
        entry(1, "rId1", "甲"),
        entry(0, "rId1", "A 表"),
        record(357, &[]),
        record(362, &numbers(&[1, 0, 1, 1])),
        record(39, &[vec![0; 9], text("金额")].concat()),
    ];
    let style = |id: u16| record(47, &[[0, 0].to_vec(), id.to_le_bytes().to_vec(), vec![0; 12]].concat());
    let styles = [record(617, &[]), style(0), style(10), record(618, &[])].concat();
    let strings = record(19, &[vec![0], text("共享")].concat());
    zip_of(&[
        ("xl/workbook.bin", &book.concat()),
        (
            "xl/_rels/workbook.bin.rels",
            b"<r><Relationship Id='rId1' Type='/worksheet' Target='/xl/s.bin'/></r>",
        ),
        ("xl/s.bin", sheet),
        ("xl/styles.bin", &styles),
        ("xl/sharedStrings.bin", &strings),
    ])
}

fn read_sheet(sheet: &[u8]) -> Result<Grid, Cause> {
    Ok(read(&workbook(sheet))?.into_iter().next().unwrap())
}

fn at(reference: &str) -> CellRef {
    reference.parse().unwrap()
}

fn shown(grid: &Grid) -> Vec<String> {
    let value = |cell: &Cell| cell.value.as_ref().map_or(String::new(), |v| v.shown().to_owned());
    grid.cells().map(|(at, cell)| format!("{at}={}", value(cell))).collect()
}

#[test]
fn long_and_short_cells_are_read() {
    let grid = read_sheet(&sheet(
        &[
            row(0, false),
            cell(6, 0, &text("标\r\n题")),
            record(13, &numbers(&[0, 5 << 2 | 2])),
            record(16, &[numbers(&[1]), 0.7379_f64.to_le_bytes().to_vec()].concat()),
            record(12, &numbers(&[0])),
            record(17, &[numbers(&[0]), text("短")].concat()),
            row(3, true),
            cell(7, 1, &numbers(&[0])),
            record(18, &numbers(&[0, 0])),
            record(15, &[numbers(&[0]), vec![1]].concat()),
            record(14, &[numbers(&[0]), vec![0x2A]].concat()),
            cell(62, 9, &[vec![1], text("富"), vec![9; 8]].concat()),
            cell(2, 10, &numbers(&[12345 << 2 | 3])),
        ],
        &[record(176, &numbers(&[0, 0, 0, 3])), record(60, &[numbers(&[2, 3, 0, 0]), vec![1, 0]].concat())],
    ))
    .unwrap();
    assert_eq!(
        shown(&grid),
        [
            "A1=标\n题",
            "B1=5",
            "C1=73.79%",
            "E1=短",
            "B4=共享",
            "C4=共享",
            "D4=TRUE",
            "E4=#N/A",
            "J4=富",
            "K4=123.45"
        ]
    );
    assert_eq!(grid.merges(), ["A1:D1".parse().unwrap()]);
    assert!(grid.hidden && grid.hidden_rows.contains(&3) && grid.hidden_cols.contains(&3));
}

#[track_caller]
fn formula_case(tokens: &[u8], text: &str) {
    let grid = read_sheet(&sheet(&[row(0, false), number_formula(0, 1.0, tokens)], &[])).unwrap();
    assert_eq!(grid.get(at("A1")).unwrap().formula.as_deref(), Some(text));
    assert_eq!(grid.notes.is_empty(), text != LOST_FORMULA);
}

#[test]
fn formulas_are_decoded() {
    let b2 = [0x44, 1, 0, 0, 0, 1, 0xC0];
    let one = [0x1E, 1, 0];
    formula_case(&[0x1E, 100, 0, 0x14], "100%");
    formula_case(&[&b2[..], &one, &[0x03, 0x15], &one, &[0x05, 0x13]].concat(), "-(B2+1)*1");
    formula_case(
        &[&[0x1F][..], &0.1_f64.to_le_bytes(), &[0x17, 1, 0, b'"', 0, 0x08]].concat(),
        "0.1&\"\"\"\"",
    );
    formula_case(&[&b2[..], &one, &[0x06], &[0x1E, 2, 0, 0x41, 27, 0]].concat(), "ROUND(B2/1,2)");
    formula_case(&[&b2[..], &[0x1C, 0x07, 0x41, 0xE0, 1]].concat(), "IFERROR(B2,#DIV/0!)");
    formula_case(
        &[&b2[..], &[0x19, 0x02, 9, 0], &one, &[0x19, 0x08, 3, 0], &one, &[0x42, 3, 1, 0]].concat(),
        "IF(B2,1,1)",
    );
    formula_case(&[0x25, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0xC0, 0x19, 0x10, 0, 0], "SUM($A$1:D3)");
    formula_case(&[0x25, 0, 0, 0, 0, 0xFF, 0xFF, 0x0F, 0, 0, 0xC0, 1, 0xC0, 0x19, 0x10, 0, 0], "SUM(A:B)");
    formula_case(&[0x5A, 0, 0, 6, 0, 0, 0, 2, 0xC0], "'A 表'!C7");
    formula_case(&[0x23, 1, 0, 0, 0, 0x1D, 1, 0x0B], "金额=TRUE");
    formula_case(&[0x2A, 0, 0, 0, 0, 0, 0], "#REF!");
    for lost in [&[0x21, 0xFF, 0x7F][..], &[0x03], &[0x60; 15], &[0x1E, 1, 0, 0x1E, 1, 0], &[0x24, 0]] {
        formula_case(lost, LOST_FORMULA);
    }
    let endless = [&one[..], &[0x12; 16_000]].concat();
    formula_case(&endless, LOST_FORMULA);
}

#[test]
fn formulas_with_any_kind_of_result() {
    let tokens = [0x1E, 1, 0, 0x1E, 0, 0, 0x06];
    let grid = read_sheet(&sheet(
        &[
            row(0, false),
            cell(11, 0, &[vec![0x07], formula(&tokens, &[])].concat()),
            cell(8, 1, &[text("文"), formula(&tokens, &[])].concat()),
            cell(10, 2, &[vec![0], formula(&tokens, &[])].concat()),
        ],
        &[],
    ))
    .unwrap();
    assert_eq!(shown(&grid), ["A1=#DIV/0!", "B1=文", "C1=FALSE"]);
    assert!(grid.cells().all(|(_, cell)| cell.formula.as_deref() == Some("1/0")));
}

#[test]
fn shared_formulas_are_counted_from_each_cell() {
    let sharer = |col: u32| {
        let tokens = formula(&[0x01, 1, 0, 0, 0], &numbers(&[1]));
        cell(9, col, &[1_f64.to_le_bytes().to_vec(), tokens].concat())
    };
    // The cell one to the left, and a fixed one.
    let tokens = [0x4C, 0, 0, 0, 0, 0xFF, 0xFF, 0x4C, 4, 0, 0, 0, 4, 0, 0x03];
    let range = numbers(&[1, 2, 1, 1, 15]);
    let definition = record(427, &[range, tokens.to_vec(), numbers(&[0])].concat());
    let data = [row(1, false), sharer(1), definition, row(2, false), sharer(1), sharer(2)];
    let grid = read_sheet(&sheet(&data, &[])).unwrap();
    let formulas: Vec<_> = grid.cells().map(|(_, cell)| cell.formula.clone().unwrap()).collect();
    assert_eq!(formulas, ["A2+$E$5", "A3+$E$5", "B3+$E$5"]);
    assert!(matches!(grid.get(at("B2")).unwrap().value, Some(Value::Number { .. })));
    let orphan = read_sheet(&sheet(&[row(1, false), sharer(1)], &[])).unwrap();
    assert_eq!((orphan.cells().count(), orphan.notes.len()), (1, 1));
}

#[test]
fn damage_is_never_read_in_part() {
    let whole = sheet(&[row(0, false), cell(6, 0, &text("甲")), number_formula(1, 1.0, &[0x1E, 1, 0])], &[]);
    assert!(read_sheet(&whole).is_ok());
    for end in 0..whole.len() {
        assert!(matches!(read_sheet(&whole[..end]), Err(Cause::Corrupt(_))), "{end}");
    }
    for place in 0..whole.len() {
        for byte in [0, 1, 0x7F, 0x80, 0xFF] {
            let mut damaged = whole.clone();
            damaged[place] = byte;
            let _ = read_sheet(&damaged);
        }
    }
    let unknown_string = sheet(&[row(0, false), cell(7, 0, &numbers(&[1]))], &[]);
    assert!(matches!(read_sheet(&unknown_string), Err(Cause::Corrupt(_))));
}
