//! A template to what its file's grammar cannot find: columns that are missing or taken twice, sizes no page has.

use super::file::{Mistake, Node};
use super::{HeadCell, Span, Template};
use crate::form::Field;
use crate::number::MoneyUnit;
use crate::text;

/// Where a stretch of columns is said: the list or table, and which of it.
struct Place {
    /// The key that is named.
    key: String,
    /// The key of which the line is known; numbers count the items of lists.
    item: String,
    span: Span,
}

impl Place {
    fn new(key: &str, item: &str, span: Span) -> Self {
        Self { key: key.to_owned(), item: format!("{key}{item}"), span }
    }

    fn mistake(&self, why: String, file: &Node) -> Mistake {
        // Columns of the base may have lost theirs to `widths` of the file.
        let line = file.line(&self.item).or_else(|| file.line(&self.key));
        Mistake::new(&self.key, why).on(line.or_else(|| file.line("sheet.widths")))
    }
}

impl Template {
    /// Finds what single values do not show.
    pub(super) fn check(&self, file: &Node) -> Result<(), Mistake> {
        self.check_sizes(file)?;
        self.check_texts(file)?;
        for row in self.rows(file) {
            self.check_row(&row, file)?;
        }
        self.check_cells(file)?;
        self.check_fields(file)?;
        self.check_money(file)
    }

    /// Sizes within what programs take and pages have.
    fn check_sizes(&self, file: &Node) -> Result<(), Mistake> {
        let sheet = &self.sheet;
        let widths = sheet.widths.iter().map(|width| ("sheet.widths", *width, 0.5, 255.0));
        let margins = sheet.margins.iter().map(|margin| ("sheet.margins", *margin, 0.0, 3.0));
        let single = [
            ("sheet.title_size", sheet.title_size, 4.0, 72.0),
            ("sheet.year_size", sheet.year_size, 4.0, 72.0),
            ("sheet.body_size", sheet.body_size, 4.0, 72.0),
            ("sheet.row_height", sheet.row_height, 1.0, 409.0),
            ("goal.row_height", self.goal.row_height, 1.0, 409.0),
        ];
        let mistake = |key: &str, why: String| Err(Mistake::new(key, why).on(file.line(key)));
        for (key, number, least, most) in widths.chain(margins).chain(single) {
            if !(least..=most).contains(&number) {
                return mistake(key, format!("{number} 不行，应在 {least} 到 {most} 之间"));
            }
        }
        match sheet.widths.len() {
            1..=100 => Ok(()),
            count => mistake("sheet.widths", format!("有 {count} 列，应有 1 到 100 列")),
        }
    }

    /// Fonts have a name, and number formats are what Excel takes without repair.
    fn check_texts(&self, file: &Node) -> Result<(), Mistake> {
        let sheet = &self.sheet;
        let mistake = |key: &str, why: String| Err(Mistake::new(key, why).on(file.line(key)));
        let fonts = [("sheet.font", Some(&sheet.font)), ("sheet.title_font", sheet.title_font.as_ref())];
        if let Some((key, _)) = fonts.iter().find(|(_, font)| font.is_some_and(|name| name.trim().is_empty()))
        {
            return mistake(key, "应写字体的名称，例如 \"宋体\"".to_owned());
        }
        let formats = [
            ("sheet.formats.amount", &sheet.formats.amount),
            ("sheet.formats.rate", &sheet.formats.rate),
            ("sheet.formats.points", &sheet.formats.points),
        ];
        match formats.into_iter().find(|(_, format)| !is_number_format(format)) {
            Some((key, format)) => mistake(
                key,
                format!(
                    "\"{format}\" 不是数字格式，可以写 \"General\"、\"0.00\"、\"#,##0.00\"、\"0.00%\" 等"
                ),
            ),
            None => Ok(()),
        }
    }

    /// The stretches of columns that stand in one row of the sheet.
    fn rows(&self, file: &Node) -> Vec<Vec<Place>> {
        let listed = |list: &'static str, label: &str, span| {
            let index = file.position(list, "label", label).map(|index| format!(".{index}"));
            Place::new(list, &index.unwrap_or_default(), span)
        };
        let (funding, goal, indicators) = (&self.funding, &self.goal, &self.indicators);
        let mut money = vec![
            Place::new("funding.label", "", funding.label.at),
            Place::new("funding.item", "", funding.item),
        ];
        money
            .extend(funding.columns.iter().map(|column| listed("funding.columns", &column.label, column.at)));
        money.extend(funding.others.iter().map(|column| listed("funding.columns", &column.label, column.at)));
        let goals =
            [("goal.label", &goal.label), ("goal.expected", &goal.expected), ("goal.actual", &goal.actual)];
        let goals = goals.map(|(key, label)| Place::new(key, "", label.at)).into();
        let mut table = vec![Place::new("indicators.label", "", indicators.label.at)];
        let fields = indicators.columns.iter().map(|column| (&column.label, column.at));
        let parts = indicators.parts.iter().map(|column| (&column.label, column.at));
        let others = indicators.others.iter().map(|column| (&column.label, column.at));
        let columns = fields.chain(parts).chain(others);
        table.extend(columns.map(|(label, span)| listed("indicators.columns", label, span)));
        let mut rows = vec![money, goals, table, self.total_row()];
        rows.extend(self.lines().into_iter().map(|(key, index, cells)| {
            let place = |(cell, at): (usize, &HeadCell)| Place::new(key, &format!(".{index}.{cell}"), at.at);
            cells.iter().enumerate().map(place).collect()
        }));
        rows
    }

    fn total_row(&self) -> Vec<Place> {
        let total = &self.total;
        let mut row = vec![
            Place::new("total.label", "", total.label.at),
            Place::new("total.weight", "", total.weight),
            Place::new("total.score", "", total.score),
        ];
        row.extend(total.rest.map(|span| Place::new("total.rest", "", span)));
        if total.label.at.left > self.indicators.label.at.right {
            row.push(Place::new("indicators.label", "", self.indicators.label.at)); // goes down beside the total
        }
        row
    }

    /// The rows above and below the tables, with their keys.
    fn lines(&self) -> Vec<(&'static str, usize, &[HeadCell])> {
        let lists = [
            ("head.above", &self.head.above),
            ("head.rows", &self.head.rows),
            ("tail.rows", &self.tail.rows),
            ("tail.below", &self.tail.below),
        ];
        let rows =
            lists.into_iter().flat_map(|(key, rows)| rows.iter().enumerate().map(move |row| (key, row)));
        rows.map(|(key, (index, row))| (key, index, row.as_slice())).collect()
    }

    fn check_row(&self, row: &[Place], file: &Node) -> Result<(), Mistake> {
        let width = self.width();
        for (index, place) in row.iter().enumerate() {
            let span = place.span;
            if span.right >= width {
                let why = format!("用到第 {} 列，但 sheet.widths 只有 {width} 列", span.right + 1);
                return Err(place.mistake(why, file));
            }
            let taken = |other: &&Place| other.span.left <= span.right && span.left <= other.span.right;
            if let Some(other) = row.iter().take(index).find(taken) {
                let why = format!("{span} 和 {} 的 {} 占了同一列", other.key, other.span);
                return Err(place.mistake(why, file));
            }
        }
        Ok(())
    }

    /// Each cell of the lines is one thing, and a field of the head.
    fn check_cells(&self, file: &Node) -> Result<(), Mistake> {
        for (key, index, cells) in self.lines() {
            for (at, cell) in cells.iter().enumerate() {
                let fields = [Field::Project, Field::Authority, Field::Unit];
                let field = cell.field.as_deref().map(str::parse::<Field>);
                let known = field.is_none_or(|field| field.is_ok_and(|field| fields.contains(&field)));
                let said = [&cell.label, &cell.field, &cell.extra].into_iter().flatten().count();
                if !known || said != 1 {
                    let why = "每一格写 label、field、extra 之一，field 可以是 project、authority、unit";
                    return Err(
                        Place::new(key, &format!(".{index}.{at}"), cell.at).mistake(why.to_owned(), file)
                    );
                }
            }
        }
        Ok(())
    }

    /// No field has two columns.
    fn check_fields(&self, file: &Node) -> Result<(), Mistake> {
        let funding = self.funding.columns.iter().map(|column| column.field.key()).collect();
        let indicators = self.indicators.columns.iter().map(|column| column.field.key()).collect();
        let lists: [(&str, Vec<&str>); 2] =
            [("funding.columns", funding), ("indicators.columns", indicators)];
        for (list, fields) in lists {
            let repeated = fields
                .iter()
                .enumerate()
                .find(|(index, field)| fields.iter().take(*index).any(|other| other == *field));
            if let Some((_, field)) = repeated {
                let why = format!("{field} 写了两栏，每个 field 只能有一栏");
                return Err(Mistake::new(list, why).on(file.line(list)));
            }
        }
        Ok(())
    }

    /// The unit of the amounts is printed, or a reader takes them for 万元.
    fn check_money(&self, file: &Node) -> Result<(), Mistake> {
        let headers = self.funding.columns.iter().map(|column| &column.label);
        let printed: Vec<_> =
            headers.chain([&self.funding.label.text]).map(|label| text::fold(label)).collect();
        let says =
            |unit: &MoneyUnit| printed.iter().any(|label| label.contains(&format!("({})", unit.name())));
        let units = MoneyUnit::ALL;
        let said = units.into_iter().find(says).unwrap_or_default();
        if said == self.money_unit {
            return Ok(());
        }
        let unit = self.money_unit.name();
        let why = format!("金额按{unit}写，funding.label 里也要印上 ({unit})，不然会被当成{}", said.name());
        Err(Mistake::new("money_unit", why)
            .on(file.line("money_unit").or_else(|| file.line("funding.label"))))
    }
}

/// Whether Excel takes it as a format of numbers: a digit's place or `General`, quotes and brackets closed, and no more
/// parts (for positive, negative, zero, text) than four. A format that it does not take costs the whole workbook.
fn is_number_format(format: &str) -> bool {
    let (mut open, mut digits, mut parts) = (None, false, 1);
    let mut characters = format.chars();
    while let Some(c) = characters.next() {
        match (open, c) {
            (Some(end), c) if c == end => open = None,
            (Some(_), _) => {}
            (None, '"') => open = Some('"'),
            (None, '[') => open = Some(']'),
            (None, ']') => return false,
            (None, '\\') => drop(characters.next()), // shown as it is
            (None, ';') => parts += 1,
            (None, c) => digits |= "0#?".contains(c),
        }
    }
    open.is_none() && parts <= 4 && (digits || format == "General")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_formats_are_what_excel_takes() {
        for (format, takes) in [
            ("General", true),
            ("0.00", true),
            ("#,##0.00", true),
            ("0.00%", true),
            ("0.00;[Red]-0.00", true),
            ("0.00\"分\"", true),
            ("", false),
            ("@", false),
            ("0.00[", false),
            ("0.00]", false),
            ("\"0.00", false),
            ("0;0;0;0;0", false),
            ("金额", false),
        ] {
            assert_eq!(is_number_format(format), takes, "{format}");
        }
    }
}
