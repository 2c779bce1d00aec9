//! A cell's text to what it means: as typed and as understood, blank never taken for zero.

/// What someone typed into a field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// The text without outer white space; empty if nothing was typed.
    pub text: String,
    /// The formula (without `=`) that stood there without a stored result.
    pub formula: Option<String>,
}

impl From<&str> for Typed {
    fn from(text: &str) -> Self {
        Self { text: crate::text::trim(text).to_owned(), formula: None }
    }
}

/// What was made of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Reading<T> {
    /// Nothing there.
    #[default]
    Blank,
    /// Something there that is not a `T`.
    Unreadable,
    /// A value.
    Value(T),
}

/// A field's content: as typed, and as understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<T> {
    typed: Typed,
    reading: Reading<T>,
}

impl<T> Default for Entry<T> {
    fn default() -> Self {
        Self { typed: Typed::default(), reading: Reading::Blank }
    }
}

impl<T> Entry<T> {
    /// Reads `typed` with `parse`, which is asked only if there is something.
    pub fn read(typed: Typed, parse: impl FnOnce(&str) -> Option<T>) -> Self {
        let reading = match typed.text.as_str() {
            "" => Reading::Blank,
            text => parse(text).map_or(Reading::Unreadable, Reading::Value),
        };
        Self { typed, reading }
    }

    /// The text as typed, `None` if there was none.
    pub fn typed(&self) -> Option<&str> {
        Some(self.typed.text.as_str()).filter(|text| !text.is_empty())
    }

    /// The formula that stood there without a stored result.
    pub fn formula(&self) -> Option<&str> {
        self.typed.formula.as_deref()
    }

    /// The value, if there is a readable one.
    pub fn value(&self) -> Option<&T> {
        match &self.reading {
            Reading::Value(value) => Some(value),
            Reading::Blank | Reading::Unreadable => None,
        }
    }

    /// Whether there is something that cannot be read.
    pub fn is_unreadable(&self) -> bool {
        matches!(self.reading, Reading::Unreadable)
    }

    /// Whether there is nothing.
    pub fn is_blank(&self) -> bool {
        matches!(self.reading, Reading::Blank)
    }
}

impl<T: Copy> Entry<T> {
    /// The value by copy.
    pub fn get(&self) -> Option<T> {
        self.value().copied()
    }
}
