//! A target to the cells of a form that keeps operator, value and unit apart.

use crate::form::{Measure, target};
use crate::labels::labels;
use crate::template::{IndicatorBlock, Part};
use crate::text;

/// The parts of a target; put together again they are its text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Parts {
    /// What stands in the column of the target itself.
    pub value: String,
    operator: String,
    measure: String,
}

impl Parts {
    /// The target in the columns that `block` has for it. One that would not read back from them stays whole.
    pub(super) fn of(measure: &Measure, block: &IndicatorBlock) -> Self {
        let has = |part| block.parts.iter().any(|column| column.part == part);
        let whole = || Self { value: measure.text.clone(), ..Self::default() };
        let (operator, rest) =
            if has(Part::Operator) { split_sign(&measure.text) } else { ("", &*measure.text) };
        let is_quantity = measure.quantity.is_some();
        let (value, unit) = if has(Part::Measure) && is_quantity { split_unit(rest) } else { (rest, "") };
        let parts = [operator, value, unit];
        let reads_back =
            |part: &str| part.is_empty() || (!labels().is_blank(part) && text::trim(part) == part);
        if value.is_empty() || !parts.into_iter().all(reads_back) {
            return whole();
        }
        Self { value: value.to_owned(), operator: operator.to_owned(), measure: unit.to_owned() }
    }

    pub(super) fn part(&self, part: Part) -> &str {
        match part {
            Part::Operator => &self.operator,
            Part::Measure => &self.measure,
        }
    }
}

/// The sign of comparison that `text` begins with, and the rest. Words such as 不低于 stay where they are.
fn split_sign(text: &str) -> (&str, &str) {
    let is_sign = |c: char| "≥≤=><≧≦⩾⩽≈﹦＝＞＜".contains(c);
    let end = text.find(|c| !is_sign(c)).unwrap_or(text.len());
    let (sign, rest) = text.split_at_checked(end).unwrap_or(("", text));
    let folded = text::fold(sign);
    match target::split_operator(&folded) {
        (Some(_), "") => (sign, rest),
        _ => ("", text),
    }
}

/// The digits that `text` begins with, and what stands behind them.
fn split_unit(text: &str) -> (&str, &str) {
    let is_digit = |c: char| text::half_width_char(c).is_ascii_digit() || ".,+-−．，＋－".contains(c);
    let end = text.find(|c| !is_digit(c)).unwrap_or(text.len());
    if end == 0 { (text, "") } else { text.split_at_checked(end).unwrap_or((text, "")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Target;
    use crate::template::Template;

    #[test]
    fn parts_are_what_the_target_says() {
        let template = Template::parse(Template::source("sichuan").unwrap()).unwrap();
        for (text, operator, value, unit) in [
            ("≥95%", "≥", "95", "%"),
            ("=205人", "=", "205", "人"),
            ("100", "", "100", ""),
            ("12元/人/月", "", "12", "元/人/月"),
            ("≥优秀及以上", "≥", "优秀及以上", ""),
            ("2023年12月31日前", "", "2023年12月31日前", ""),
            ("不低于90%", "", "不低于90%", ""),
            ("≤1,234.5万元", "≤", "1,234.5", "万元"),
            ("≥3个以上", "≥", "3", "个以上"),
            ("≥", "", "≥", ""),
            ("=-", "", "=-", ""),
            ("≥≥3个", "", "≥≥3个", ""),
            ("满意", "", "满意", ""),
        ] {
            let measure = Measure { text: text.to_owned(), quantity: Target::parse(text) };
            let parts = Parts::of(&measure, &template.indicators);
            assert_eq!(
                (parts.operator.as_str(), parts.value.as_str(), parts.measure.as_str()),
                (operator, value, unit)
            );
            assert_eq!(format!("{operator}{value}{unit}"), text);
        }
        let whole = Measure { text: "≥95%".to_owned(), quantity: Target::parse("≥95%") };
        assert_eq!(Parts::of(&whole, &Template::standard().indicators).value, "≥95%");
    }
}
