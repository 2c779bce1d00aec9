//! Rows among the indicators that are none: sums of some of them, and titles of sections.

use super::super::token::{Token, TokenRow};
use super::{Level, Locator};
use crate::layout::Source;
use crate::text::{self, Wording};

impl Locator<'_> {
    /// Whether a row has an indicator under its levels.
    pub(super) fn has_indicator(&self, row: &TokenRow<'_>) -> bool {
        let is_level = |t: &Token<'_>| self.labels.is_level1(&t.text) || self.labels.is_level2(&t.text);
        row.tokens.len() > 3 && row.tokens.iter().take(3).any(is_level)
    }

    /// Whether a row that could be the total only adds up the last section: `合计`, and the total below it.
    pub(super) fn is_last_sum(&self, row: &TokenRow<'_>, below: Option<&TokenRow<'_>>) -> bool {
        let is_total = |row: &TokenRow<'_>| self.is_total(row) && row.tokens.iter().any(Token::is_number);
        row.tokens.first().is_some_and(|t| self.labels.is_subtotal(&t.text)) && below.is_some_and(is_total)
    }

    /// Whether a row of the table says nothing but sums, or the number of a page.
    pub(super) fn is_sum(&self, row: &TokenRow<'_>) -> bool {
        let is_sum = |t: &Token<'_>| self.labels.is_subtotal(&t.text) || self.labels.is_total(&t.text);
        let is_level =
            |t: &Token<'_>| self.labels.is_level1(&t.text) || self.labels.is_indicator_block(&t.text);
        let is_number = |t: &Token<'_>| t.is_number() || self.labels.is_blank(&t.text);
        match row.tokens.as_slice() {
            [only] if self.labels.is_page(&only.text) => true,
            tokens => {
                tokens.iter().any(is_sum) && tokens.iter().all(|t| is_sum(t) || is_level(t) || is_number(t))
            }
        }
    }

    /// Keeps what sums say; a total above its table is the total if there is none below.
    pub(super) fn sums(&mut self, rows: &[&TokenRow<'_>], has_total: bool) {
        let table = self.block.clone();
        for row in rows {
            if let ([_], false, true) = (rows, has_total, self.is_total(row)) {
                self.total(row);
                self.block = table.clone();
                continue;
            }
            let mut label = None;
            for token in &row.tokens {
                match &label {
                    Some(label) if token.is_number() => self.extra(token, Some(String::clone(label))),
                    _ if self.labels.is_page(&token.text) => self.loose(token),
                    _ => {
                        self.label(token.at());
                        label = Some(token.text.key().into_owned());
                    }
                }
            }
        }
    }

    /// Takes a row that is the title of a section, a level 1 above its indicators: `产出指标（50分）`, perhaps with the
    /// sums of the section. `false` if it is none.
    pub(super) fn section(&mut self, tokens: &[Token<'_>], next: &[Token<'_>]) -> bool {
        let Some((title, sums)) = tokens.split_first() else { return false };
        let is_level1 = |t: &Token<'_>| self.labels.is_level1(&t.text);
        let is_alone = title.region.start.row == title.region.end.row && sums.iter().all(Token::is_number);
        if !is_level1(title) || !is_alone || next.len() < 3 || next.iter().any(is_level1) {
            return false;
        }
        self.label(title.at());
        let text = text::label_key(&title.text);
        for token in sums {
            self.extra(token, Some(text.clone()));
        }
        self.level1 = Some(Level { source: Source::whole(title.region), text });
        self.level2 = None;
        true
    }
}
