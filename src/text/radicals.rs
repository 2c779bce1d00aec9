//! Radicals that stand for a whole character, as copies from PDF files have them, to that character.
//!
//! Fonts draw 门 and the radical ⻔ with one glyph, and a copy gives whichever the file's table names. Unicode folds the
//! radicals of Kangxi (⼀ to ⿕) by itself, but hardly any of the supplement, which has the simplified ones.

/// The character that a radical of the supplement looks like; any other character as it is.
pub(super) const fn whole(c: char) -> char {
    match c {
        '⺁' => '厂',
        '⺊' => '卜',
        '⺎' => '兀',
        '⺒' => '巳',
        '⺓' => '幺',
        '⺝' => '月',
        '⺟' => '母',
        '⺠' => '民',
        '⺩' => '王',
        '⺬' => '示',
        '⺮' => '竹',
        '⻁' => '虎',
        '⻄' => '西',
        '⻅' => '见',
        '⻆' => '角',
        '⻉' => '贝',
        '⻋' => '车',
        '⻑' => '長',
        '⻓' => '长',
        '⻔' => '门',
        '⻗' => '雨',
        '⻘' => '青',
        '⻙' => '韦',
        '⻚' => '页',
        '⻛' => '风',
        '⻜' => '飞',
        '⻝' => '食',
        '⻡' => '首',
        '⻢' => '马',
        '⻣' => '骨',
        '⻤' => '鬼',
        '⻥' => '鱼',
        '⻦' => '鸟',
        '⻧' => '卤',
        '⻨' => '麦',
        '⻩' => '黄',
        '⻪' => '黾',
        '⻬' => '齐',
        '⻮' => '齿',
        '⻰' => '龙',
        '⻳' => '龟',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radicals_are_of_the_supplement_and_become_characters() {
        let radicals: Vec<char> = ('\0'..=char::MAX).filter(|c| whole(*c) != *c).collect();
        assert_eq!(radicals.len(), 41);
        assert!(radicals.iter().all(|c| matches!(c, '\u{2e80}'..='\u{2eff}') && matches!(whole(*c), '\u{4e00}'..='\u{9fff}')));
    }
}
