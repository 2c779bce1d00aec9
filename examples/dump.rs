use zipingbiao::{reader, report::Origin, writer::json};
fn main() {
    let mut all = Vec::new();
    for path in std::env::args().skip(1) {
        match std::fs::read(&path)
            .map_err(|e| e.to_string())
            .and_then(|b| reader::read(&b).map_err(|e| e.to_string()))
        {
            Ok(doc) => {
                for f in doc.forms {
                    let o = Origin { file: path.clone(), sheet: f.sheet.clone(), range: f.layout.range };
                    let mut v = json::as_submitted(&f.form, &o).unwrap();
                    v["slid"] = f
                        .layout
                        .slid
                        .iter()
                        .map(|s| {
                            format!(
                                "{} {} {:?} {} {:.2}",
                                s.field, s.cell, s.shifts, s.repaired, s.confidence
                            )
                        })
                        .collect::<Vec<_>>()
                        .into();
                    all.push(v);
                }
            }
            Err(e) => eprintln!("{path}: {e}"),
        }
    }
    println!("{}", serde_json::to_string_pretty(&all).unwrap());
}
