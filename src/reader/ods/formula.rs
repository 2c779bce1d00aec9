//! Formula text of ODF (`of:=[.C4]*SUM([.D5:.D9];10)`) to A1 text (`C4*SUM(D5:D9,10)`).

/// The formula in A1 notation without `=`, as far as it is made of references, functions and operators.
pub fn to_a1(formula: &str) -> String {
    let Some((prefix, body)) = formula.split_once('=') else { return formula.to_owned() };
    if prefix.starts_with("msoxl") {
        return body.to_owned();
    }
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    let mut braces = 0_usize;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '"' => quoted(rest, '"'),
            '[' => bracket(rest),
            _ => rest.len().min(c.len_utf8()),
        };
        let (piece, after) = rest.split_at(taken);
        rest = after;
        match c {
            '[' => out.push_str(&reference(piece.trim_matches(['[', ']']))),
            '{' | '}' => {
                braces = if c == '{' { braces + 1 } else { braces.saturating_sub(1) };
                out.push(c);
            }
            ';' | '~' => out.push(','),
            '|' if braces > 0 => out.push(';'),
            _ => out.push_str(piece),
        }
    }
    out.replace("COM.MICROSOFT.", "")
}

/// Bytes of the quoted text at the start, both quotes included; a doubled quote is two quoted texts in a row.
fn quoted(text: &str, quote: char) -> usize {
    text.char_indices().skip(1).find(|(_, c)| *c == quote).map_or(text.len(), |(at, _)| at + quote.len_utf8())
}

/// Bytes of the bracketed reference at the start; a sheet's quoted name may hold a `]`.
fn bracket(text: &str) -> usize {
    let mut in_name = false;
    for (at, c) in text.char_indices() {
        match c {
            '\'' => in_name = !in_name,
            ']' if !in_name => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// `.C4:.D5`, `$Sheet1.C4`, `$'一 月'.C4:.D5` in Excel's way of writing.
fn reference(inner: &str) -> String {
    let Some(at) = outside_quotes(inner, ':') else { return corner(inner) };
    let (start, end) = inner.split_at(at);
    let end = corner(end.trim_start_matches(':'));
    // The second corner repeats the sheet only where it differs, which Excel cannot say.
    let end = outside_quotes(&end, '!').and_then(|at| end.get(at + 1..)).unwrap_or(&end);
    format!("{}:{end}", corner(start))
}

fn corner(text: &str) -> String {
    match outside_quotes(text, '.') {
        Some(0) => text.trim_start_matches('.').to_owned(),
        Some(at) => {
            let (sheet, cell) = text.split_at(at);
            format!("{}!{}", sheet.trim_start_matches('$'), cell.trim_start_matches('.'))
        }
        None => text.to_owned(),
    }
}

fn outside_quotes(text: &str, wanted: char) -> Option<usize> {
    let mut in_name = false;
    text.char_indices()
        .find(|(_, c)| {
            in_name ^= *c == '\'';
            !in_name && *c == wanted
        })
        .map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::to_a1;

    #[test]
    fn formulas_are_turned_to_a1() {
        for (open, a1) in [
            ("of:=100%", "100%"),
            ("of:=[.C4]*10", "C4*10"),
            ("oooc:=SUM([.C4:.D5];[.$F$6])", "SUM(C4:D5,$F$6)"),
            ("of:=[$Sheet1.C4]+['一 月'.C4:.D5]", "Sheet1!C4+'一 月'!C4:D5"),
            ("of:=[$'a.b]c'.A1:'a.b]c'.B2]", "'a.b]c'!A1:B2"),
            ("of:=IF([.A1]=\"a;[b\";\"x\"\"y\";{1;2|3;4})", "IF(A1=\"a;[b\",\"x\"\"y\",{1,2;3,4})"),
            ("of:=[.#REF!]+COM.MICROSOFT.CONCAT([.A1])", "#REF!+CONCAT(A1)"),
            ("msoxl:=SUM(A1,B1)", "SUM(A1,B1)"),
            ("of:=\"未完", "\"未完"),
            ("of:=[.A1", "A1"),
            ("of:=", ""),
        ] {
            assert_eq!(to_a1(open), a1, "{open}");
        }
    }
}
