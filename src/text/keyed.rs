//! A cell's text to the text with its folded form and its label key, worked out once.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, Range};

use super::{core_of_label, fold};

/// What labels are looked up by. Plain text works it out each time, [`Keyed`] knows it.
pub trait Wording {
    /// As [`fold`] gives it.
    fn folded(&self) -> Cow<'_, str>;
    /// As [`super::label_key`] gives it.
    fn key(&self) -> Cow<'_, str>;
}

impl Wording for str {
    fn folded(&self) -> Cow<'_, str> {
        Cow::Owned(fold(self))
    }

    fn key(&self) -> Cow<'_, str> {
        Cow::Owned(super::label_key(self))
    }
}

impl Wording for String {
    fn folded(&self) -> Cow<'_, str> {
        self.as_str().folded()
    }

    fn key(&self) -> Cow<'_, str> {
        self.as_str().key()
    }
}

/// A text that is looked up many times: every cell is asked whether it is any of the labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyed {
    text: String,
    folded: String,
    /// What of `folded` is the key.
    key: Range<usize>,
}

impl Keyed {
    /// The text as it stands on the sheet.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<String> for Keyed {
    fn from(text: String) -> Self {
        let folded = fold(&text);
        let key = core_of_label(&folded);
        Self { text, folded, key }
    }
}

impl Wording for Keyed {
    fn folded(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.folded)
    }

    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.folded.get(self.key.clone()).unwrap_or_default())
    }
}

impl Deref for Keyed {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Keyed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_once_is_as_worked_out_each_time() {
        for text in [
            "项目资金\n（万元）：",
            "产出指标 （50分）",
            "２０２３年度",
            "",
            "（）",
            "其中：",
            "（一） 项目名称：",
            "a\u{301}（分）",
        ] {
            let keyed = Keyed::from(text.to_owned());
            assert_eq!(&*keyed, text);
            assert_eq!((keyed.folded(), keyed.key()), (text.folded(), text.key()), "{text}");
        }
    }
}
