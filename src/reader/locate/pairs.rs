//! Rows of the head and the tail to fields and extras: labels with the value to their right.

use crate::form::{Extra, Field};
use crate::grid::CellRef;
use crate::labels::HeadLabel;
use crate::layout::Source;
use crate::text::{self, Keyed, Wording};

use super::super::token::{Token, TokenRow};
use super::note::{split_any, split_known};
use super::{Block, Locator};

impl Locator<'_> {
    /// Whether the row has a label of the head, so that a block above it has ended.
    pub(super) fn is_head_row(&self, row: &TokenRow<'_>) -> bool {
        row.tokens.first().is_some_and(|t| self.labels.head(&t.text).is_some())
    }

    /// Reads labels with the value to their right.
    pub(super) fn pairs(&mut self, tokens: &[Token<'_>]) {
        let mut open: Option<OpenLabel> = None;
        for (index, token) in tokens.iter().enumerate() {
            let label = self.pair_label(token);
            let unlisted = || self.unlisted_label(token, tokens.get(index + 1), open.as_ref());
            if let Some(label) = label.or_else(unlisted) {
                self.label(token.at());
                let beside = CellRef::new(token.at().row, token.region.end.col + 1);
                self.layout.blanks.extend(label.field.map(|field| (field, beside)));
                open = Some(label);
            } else if open.as_ref().is_some_and(|open| open.value.is_some() && speaks_for_itself(token)) {
                self.alone(token);
            } else if self.stands_for_none(token, tokens.get(index + 1..), open.as_ref()) {
                self.label(token.at());
            } else if let Some(label) = &mut open {
                let repeat = label.value.as_deref() == Some(token.text.as_str());
                if repeat {
                    self.label(token.at());
                } else {
                    let label_word = label.text.clone();
                    let target = label.field.filter(|_| label.value.is_none());
                    label.value = Some(token.text.to_string());
                    self.pair_value(token, target, label_word);
                }
            } else {
                self.alone(token);
            }
        }
    }

    /// The label that `token` is by itself.
    fn pair_label(&self, token: &Token<'_>) -> Option<OpenLabel> {
        let known = self.labels.head(&token.text);
        let in_tail = matches!(self.block, Block::Tail) && self.labels.is_tail(&token.text);
        if (known.is_none() && !in_tail) || speaks_for_itself(token) {
            return None;
        }
        let key = token.text.key();
        let field = self.head_field(&token.text).filter(|field| self.may_claim(*field, &key));
        Some(OpenLabel { field, text: text::in_label(&key), value: None, end: token.region.end.col })
    }

    /// Whether `label` may give `field` its value: it has none, or one of a word that says less clearly what it is.
    fn may_claim(&self, field: Field, label: &str) -> bool {
        let outranks = |claim: &Claim| {
            !matches!(self.block, Block::Tail)
                && self.labels.head_rank(label) < self.labels.head_rank(&claim.label)
        };
        !self.layout.fields.contains_key(&field) || self.claims.get(&field).is_some_and(outranks)
    }

    /// Gives `field` a value; one that it had by a word less clear is kept under that word.
    fn claim(&mut self, field: Field, source: Source, claim: Claim) {
        if self.layout.fields.remove(&field).is_some()
            && let Some(Claim { label, cell, text }) = self.claims.remove(&field)
        {
            self.layout.extra.push(Extra { cell: Some(cell), label: Some(label), text, explained: true });
        }
        self.field(field, source);
        self.claims.insert(field, claim);
    }

    /// The label that `token` looks like, though nobody listed it: it stands before a text, and is not itself what an
    /// open label beside it waits for.
    fn unlisted_label(
        &self,
        token: &Token<'_>,
        next: Option<&Token<'_>>,
        open: Option<&OpenLabel>,
    ) -> Option<OpenLabel> {
        let open = open?;
        let next = next.filter(|next| next.col() == token.region.end.col + 1)?;
        let is_awaited = open.value.is_none() && token.col() <= open.end + 1;
        let is_label = |t: &Token<'_>| self.pair_label(t).is_some() || self.labels.is_label_like(&t.text);
        let is_one = !is_awaited && self.labels.is_label_like(&token.text) && !is_label(next);
        let text = text::in_label(&token.text.key());
        is_one.then_some(OpenLabel { field: None, text, value: None, end: token.region.end.col })
    }

    /// Whether a sign for "empty" stands between an open label and its value: `主管部门 | * | 某局`. That value is the last
    /// of the row or stands before a known label, or it would be a label itself.
    fn stands_for_none(
        &self,
        token: &Token<'_>,
        behind: Option<&[Token<'_>]>,
        open: Option<&OpenLabel>,
    ) -> bool {
        let is_value = |t: &Token<'_>| {
            self.pair_label(t).is_none() && !self.labels.is_label_like(&t.text) && !speaks_for_itself(t)
        };
        self.labels.is_blank(&token.text)
            && open.is_some_and(|open| open.value.is_none())
            && match behind {
                Some([value]) => is_value(value),
                Some([value, next, ..]) => is_value(value) && self.pair_label(next).is_some(),
                _ => false,
            }
    }

    fn pair_value(&mut self, token: &Token<'_>, field: Option<Field>, label: String) {
        match field {
            Some(field) if self.layout.fields.contains_key(&field) && self.labels.is_blank(&token.text) => {
                self.label(token.at()); // a sign for "empty" is no better value
            }
            Some(field) => {
                let claim = Claim { label, cell: token.at(), text: token.text.to_string() };
                self.claim(field, Source::whole(token.region), claim);
            }
            None if self.labels.is_blank(&token.text) => self.label(token.at()),
            None => self.extra(token, Some(label)),
        }
    }

    /// A text without a label to its left.
    pub(super) fn alone(&mut self, token: &Token<'_>) {
        let text = &token.text;
        if self.labels.is_title(text) {
            self.once(Field::Title, token);
            if let Some(year) = self.labels.year_in_title(text)
                && !self.layout.fields.contains_key(&Field::Year)
            {
                self.layout
                    .fields
                    .insert(Field::Year, vec![Source { region: token.region, part: Some(year) }]);
            }
        } else if let Some(year) = self.labels.year(text).filter(|_| !self.is_under_form()) {
            self.year(token, year);
        } else if self.labels.is_attachment(text) || self.labels.is_blank(text) || self.heads_block(text) {
            self.label(token.at());
        } else if !self.inline(token) {
            self.loose(token);
        }
    }

    /// Whether `text` heads a block; under the form it heads nothing and is a text like any other.
    fn heads_block(&self, text: &Keyed) -> bool {
        let heads = self.labels.is_goal_block(text)
            || self.labels.is_funding_block(text)
            || self.labels.is_indicator_block(text);
        heads && !matches!(self.block, Block::Tail)
    }

    /// Whether the form has ended and has its year: another one below it is somebody's note.
    fn is_under_form(&self) -> bool {
        matches!(self.block, Block::Tail) && self.layout.fields.contains_key(&Field::Year)
    }

    /// The year's own line wins over the year in the title.
    fn year(&mut self, token: &Token<'_>, year: String) {
        let from_title = self.layout.fields.get(&Field::Year).is_some_and(|s| {
            let title = self.layout.fields.get(&Field::Title);
            s.first().map(|s| s.region) == title.and_then(|t| t.first()).map(|t| t.region)
        });
        if from_title {
            self.layout.fields.remove(&Field::Year);
        }
        let known = self.layout.fields.get(&Field::Year).and_then(|sources| sources.first());
        if known.is_some_and(|known| known.part.as_ref() == Some(&year)) {
            self.label(token.at()); // repeated by a merge that was filled, or on a new page
        } else if known.is_some() {
            self.loose(token);
        } else {
            self.field(Field::Year, Source { region: token.region, part: Some(year) });
        }
    }

    /// Gives `token` to `field`; a repeat of the same text is a label.
    fn once(&mut self, field: Field, token: &Token<'_>) {
        if self.layout.fields.contains_key(&field) {
            self.label(token.at());
        } else {
            self.field(field, Source::whole(token.region));
        }
    }

    /// Labels and values in one cell: `项目名称：某项目`, `主管部门：某局　实施单位：某中心`. `false` if it does not begin with
    /// the label of a field that is still free.
    fn inline(&mut self, token: &Token<'_>) -> bool {
        let parts = split_known(&token.text, |label| self.labels.head(label).is_some());
        // Under the form such a line is no value for a label that stood in the head without one.
        let is_left_blank =
            |field: &Field| matches!(self.block, Block::Tail) && self.layout.blanks.contains_key(field);
        let is_free = |label: &str| {
            self.head_field(label).is_some_and(|field| self.may_claim(field, label) && !is_left_blank(&field))
        };
        if !parts.first().is_some_and(|(label, _)| is_free(label)) {
            return false;
        }
        for (label, value) in parts {
            let field = self.head_field(&label).filter(|field| self.may_claim(*field, &label));
            match field {
                _ if value.is_empty() => {}
                Some(field) => {
                    let claim = Claim { label, cell: token.at(), text: value.clone() };
                    self.claim(field, Source { region: token.region, part: Some(value) }, claim);
                }
                None => {
                    let extra =
                        Extra { cell: Some(token.at()), label: Some(label), text: value, explained: true };
                    self.layout.extra.push(extra);
                }
            }
        }
        true
    }

    /// The field that a label of the head stands for.
    fn head_field(&self, label: &str) -> Option<Field> {
        match self.labels.head(label)? {
            HeadLabel::Project => Some(Field::Project),
            HeadLabel::Authority => Some(Field::Authority),
            HeadLabel::Unit => Some(Field::Unit),
            HeadLabel::Other => None,
        }
    }
}

/// Whether a text right of a label's value has a label of its own: `金额单位：万元`.
fn speaks_for_itself(token: &Token<'_>) -> bool {
    split_any(&token.text).0.is_some()
}

/// By what a field of the head has its value.
#[derive(Debug)]
pub(super) struct Claim {
    label: String,
    cell: CellRef,
    text: String,
}

/// A label waiting for its value.
struct OpenLabel {
    field: Option<Field>,
    text: String,
    value: Option<String>,
    /// Its last column.
    end: u32,
}
