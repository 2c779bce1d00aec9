//! What the tests share: forms read as submitted, and how they are held against a golden answer.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test binary uses a part; one that cannot go on fails"
)]

use std::fs;
use std::path::{Path, PathBuf};

use rust_decimal::Decimal;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;
use zipingbiao::reader;
use zipingbiao::report::Origin;
use zipingbiao::writer::json;

/// A path inside the repository.
pub fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A JSON file of the repository.
pub fn golden(name: &str) -> Value {
    serde_json::from_slice(&fs::read(path(name)).unwrap()).unwrap()
}

/// The files of a folder, by name.
pub fn files(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(path(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// The forms of a file exactly as submitted.
pub fn as_submitted(file: &Path) -> Vec<Value> {
    let document =
        reader::read(&fs::read(file).unwrap()).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let origin = |found: &reader::Found| Origin {
        file: file.display().to_string(),
        sheet: found.sheet.clone(),
        range: found.layout.range,
    };
    document.forms.iter().map(|found| json::as_submitted(&found.form, &origin(found)).unwrap()).collect()
}

/// Where a form differs from its golden answer: text is compared without white space, numbers as decimals.
pub fn differences(form: &Value, golden: &Value) -> Vec<String> {
    let mut found = Differences(Vec::new());
    found.text("title", &form["title"], &golden["title"]);
    found.number("year", &form["year"], &golden["year"]);
    found.text("project", &form["project"], &golden["project"]);
    for body in ["authority", "unit"] {
        for key in ["code", "name"] {
            found.text(&format!("{body}.{key}"), &form[body][key], &golden[body][key]);
        }
    }
    for key in ["expected", "actual"] {
        found.text(&format!("goal.{key}"), &form["goal"][key], &golden["goal"][key]);
    }
    for key in ["weight", "score"] {
        found.number(&format!("total.{key}"), &form["total"][key], &golden["total"][key]);
    }
    found.rows("funding", form, golden, |found, name, form, golden| {
        found.text(&format!("{name}.item"), &form["item"], &golden["item"]);
        for key in ["initial", "budget", "executed", "weight"] {
            found.number(&format!("{name}.{key}"), &form[key], &golden[key]);
        }
        found.rate(&format!("{name}.rate"), &form["rate"], &golden["rate_as_written"]);
        found.number(&format!("{name}.score"), &form["score"], &golden["score_as_written"]);
    });
    found.rows("indicators", form, golden, |found, name, form, golden| {
        for key in ["level1", "level2", "level3", "target", "actual", "deviation"] {
            found.text(&format!("{name}.{key}"), &form[key], &golden[key]);
        }
        for key in ["level1_weight", "weight", "score"] {
            found.number(&format!("{name}.{key}"), &form[key], &golden[key]);
        }
    });
    found.extra(form, golden);
    found.0
}

struct Differences(Vec<String>);

impl Differences {
    fn note(&mut self, name: &str, form: &Value, golden: &Value) {
        self.0.push(format!("{name}: {form} is not {golden}"));
    }

    fn text(&mut self, name: &str, form: &Value, golden: &Value) {
        if form.as_str().map(squeezed) != golden.as_str().map(squeezed) {
            self.note(name, form, golden);
        }
    }

    fn number(&mut self, name: &str, form: &Value, golden: &Value) {
        if number(form) != number(golden) {
            self.note(name, form, golden);
        }
    }

    /// A stored quotient has more digits than the paper prints.
    fn rate(&mut self, name: &str, form: &Value, golden: &Value) {
        match (number(form), number(golden)) {
            (Ok(a), Ok(b)) if (a - b).abs() <= Decimal::new(5, 5) => {}
            _ => self.number(name, form, golden),
        }
    }

    fn rows(
        &mut self,
        table: &str,
        form: &Value,
        golden: &Value,
        row: impl Fn(&mut Self, &str, &Value, &Value),
    ) {
        let count = |v: &Value| v[table].as_array().map_or(0, Vec::len);
        if count(form) != count(golden) {
            self.0.push(format!("{table}: {} rows are not {}", count(form), count(golden)));
        }
        for index in 0..count(form).min(count(golden)) {
            row(self, &format!("{table}[{index}]"), &form[table][index], &golden[table][index]);
        }
    }

    /// Each golden extra occurs in some extra of the form.
    fn extra(&mut self, form: &Value, golden: &Value) {
        let text =
            |e: &Value| format!("{}{}", e["label"].as_str().unwrap_or(""), e["text"].as_str().unwrap_or(""));
        let all: String = form["extra"].as_array().unwrap().iter().map(|e| squeezed(&text(e))).collect();
        for wanted in golden["extra"].as_array().into_iter().flatten() {
            if !all.contains(&squeezed(wanted["text"].as_str().unwrap())) {
                self.0.push(format!("extra: {wanted} is lost"));
            }
        }
    }
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// A decimal however it is printed, else its text.
fn number(value: &Value) -> Result<Decimal, String> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => squeezed(text).nfkc().collect::<String>().replace(',', ""),
        other => return Err(other.to_string()),
    };
    let (digits, scale) = text.strip_suffix('%').map_or((text.as_str(), 0), |digits| (digits, 2));
    let number: Decimal = digits.parse().map_err(|_| text.clone())?;
    Ok(number / Decimal::from(10_u32.pow(scale)))
}
