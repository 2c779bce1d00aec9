//! The READMEs say what the program does.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::path;
use zipingbiao::rules::{Promise, RULES};

#[test]
fn the_tables_of_rules_are_those_of_the_code() {
    let [english, chinese] =
        ["README.md", "README.zh-CN.md"].map(|name| std::fs::read_to_string(path(name)).unwrap());
    for rule in RULES {
        let severity = serde_json::to_value(rule.severity).unwrap();
        let fix = match rule.fix {
            Promise::None => "–".to_owned(),
            Promise::Safe => "safe".to_owned(),
            Promise::SafeWhereComputable => "safe where computable".to_owned(),
            Promise::Unsafe(option) => format!("unsafe (`{option}`)"),
        };
        let line = format!("| {} | {} | {} | {fix} |", rule.code, rule.name, severity.as_str().unwrap());
        assert!(english.contains(&line), "README.md lacks {line}");
        let line = format!("| {} | {} | {} | {} |", rule.code, rule.title, rule.severity, rule.fix.name());
        assert!(chinese.contains(&line), "README.zh-CN.md lacks {line}");
    }
    for text in [english, chinese] {
        let lines = text
            .lines()
            .filter(|line| line.starts_with("| ") && line.as_bytes().get(3).is_some_and(u8::is_ascii_digit));
        assert_eq!(lines.count(), RULES.len());
    }
}
