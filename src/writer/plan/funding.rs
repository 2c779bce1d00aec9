//! The rows of money to the block 项目资金, with live rates and points.

use rust_decimal::Decimal;

use crate::form::{Entry, Field, FundingColumn, FundingRow};
use crate::grid::CellRef;
use crate::template::FundingHeader;

use super::{Cell, Content, Look, Planner, figure, number_or_text, text_or_blank};

impl Planner<'_> {
    /// The funding block; gives the cell of its points.
    pub(super) fn funding(&mut self) -> Option<CellRef> {
        let block = &self.template.funding;
        let beside = [block.label.at];
        let mut cells = vec![Cell::new(block.item, Content::Blank, Look::Label)];
        cells.extend(block.columns.iter().map(|column| Cell::label(column.at, &column.label)));
        cells.extend(block.others.iter().map(|column| Cell::label(column.at, &column.label)));
        let header = self.table_line(cells, &beside, self.row_height());
        let blank: Vec<FundingRow>;
        let mut rows = &self.report.form.funding;
        if rows.is_empty() {
            blank = vec![FundingRow::default(); block.rows.len()];
            rows = &blank;
        }
        let score = block.columns.iter().find(|column| column.field == FundingColumn::Score);
        let score = score.map(|column| CellRef::new(self.row(), u32::from(column.at.left)));
        let mut last = header;
        for (index, row) in rows.iter().enumerate() {
            let mut cells = vec![Cell::new(block.item, self.item(index, row), Look::Prose)];
            cells.extend(block.columns.iter().filter_map(|column| self.funding_cell(index, row, column)));
            cells.extend(block.others.iter().map(|column| self.beside_money(index, column)));
            last = self.table_line(cells, &beside, self.row_height());
        }
        self.beside(&block.label, &self.funding_label(), header.to(last));
        score.filter(|_| !rows.is_empty())
    }

    /// The block's label, with its points where they are known and the template prints them.
    fn funding_label(&self) -> String {
        let block = &self.template.funding;
        let points = self.report.form.rate_points();
        let points = points.map(|points| block.points.replace("{points}", &points.normalize().to_string()));
        format!("{}{}", block.label.text, points.unwrap_or_default())
    }

    /// A row's name as the template prints it; the template's own row where the form has none at all.
    fn item(&self, index: usize, row: &FundingRow) -> Content {
        let printed = &self.template.funding.rows;
        if self.report.form.funding.is_empty() {
            return text_or_blank(printed.get(index).map(|item| item.label.as_str()));
        }
        let name = row.item.value().map(String::as_str);
        let label = printed.iter().find(|item| Some(item.item.as_str()) == name);
        text_or_blank(label.map(|item| item.label.as_str()).or(name))
    }

    fn funding_cell(&self, index: usize, row: &FundingRow, header: &FundingHeader) -> Option<Cell> {
        let (content, look) = match header.field {
            FundingColumn::Item => return None,
            FundingColumn::Initial => (self.amount(&row.initial), Look::Amount),
            FundingColumn::Budget => (self.amount(&row.budget), Look::Amount),
            FundingColumn::Executed => (self.amount(&row.executed), Look::Amount),
            FundingColumn::Weight => (self.funding_weight(index, row), Look::Plain),
            FundingColumn::Rate => (self.rate(index, row), Look::Rate),
            FundingColumn::Score => (self.funding_score(index, row), Look::Points),
        };
        Some(Cell::new(header.at, content, look).of(Field::Funding(index, header.field)))
    }

    /// An amount in the template's unit; an unreadable one as typed.
    fn amount(&self, entry: &Entry<Decimal>) -> Content {
        let in_unit = |wan| self.template.money_unit.of_wan_yuan(wan);
        entry.get().and_then(in_unit).map_or_else(|| text_or_blank(entry.typed()), figure)
    }

    fn funding_weight(&self, index: usize, row: &FundingRow) -> Content {
        match number_or_text(&row.weight) {
            Content::Blank if index > 0 => text_or_blank(Some(&self.template.funding.no_weight)),
            content => content,
        }
    }

    /// The total's rate, and a part's if the paper has one. What cannot be computed stays as typed.
    fn rate(&self, index: usize, row: &FundingRow) -> Content {
        let rate = self.report.scores.funding.get(index).and_then(|score| score.rate);
        if row.rate.is_blank() && index > 0 {
            return Content::Blank;
        }
        if rate.is_none() && !row.rate.is_blank() {
            return number_or_text(&row.rate);
        }
        match self.money_cells() {
            Some((budget, executed, _)) if self.is_live(row) => {
                let places = self.template.scoring.rate_places;
                let quotient = format!("ROUND({executed}/{budget},{places})");
                self.live(format!("IF(OR(COUNT({executed})=0,N({budget})<=0),\"\",{quotient})"), rate)
            }
            _ => rate.map_or(Content::Blank, figure),
        }
    }

    fn funding_score(&self, index: usize, row: &FundingRow) -> Content {
        let score = self.report.scores.funding.get(index).and_then(|score| score.score);
        if index > 0 || (score.is_none() && !row.score.is_blank()) {
            return number_or_text(&row.score);
        }
        match self.money_cells() {
            Some((budget, executed, Some(weight))) if self.is_live(row) && row.weight.get().is_some() => {
                let scoring = &self.template.scoring;
                let points = format!("ROUND({weight}*{executed}/{budget},{})", scoring.score_places);
                let cap = scoring.rate_cap.normalize();
                let most = if cap == Decimal::ONE { weight.to_string() } else { format!("{cap}*{weight}") };
                let unknown = format!("OR(COUNT({executed},{weight})<2,N({budget})<=0)");
                self.live(format!("IF({unknown},\"\",MAX(0,MIN({most},{points})))"), score)
            }
            _ => score.map_or(Content::Blank, figure),
        }
    }

    /// Whether the row's amounts stand in their cells as numbers or are blank, so that a formula can do with them.
    fn is_live(&self, row: &FundingRow) -> bool {
        let is_text = |entry| matches!(self.amount(entry), Content::Text(_));
        !is_text(self.template.scoring.budget(row)) && !is_text(&row.executed)
    }

    /// The cells of the next row's divisor, executed amount and weight.
    fn money_cells(&self) -> Option<(CellRef, CellRef, Option<CellRef>)> {
        let cell = |field| {
            let header = self.template.funding.columns.iter().find(|column| column.field == field)?;
            Some(CellRef::new(self.row(), u32::from(header.at.left)))
        };
        Some((
            cell(self.template.scoring.budget_column())?,
            cell(FundingColumn::Executed)?,
            cell(FundingColumn::Weight),
        ))
    }
}
