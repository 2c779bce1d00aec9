fn main() {
    let b = std::fs::read(std::env::args().nth(1).unwrap()).unwrap();
    for g in zipingbiao::reader::grids(&b).unwrap() {
        println!("{:?} merges {} notes {:?}", g.sheet, g.merges().len(), g.notes);
        for (at, c) in g.cells() {
            println!("{at} {:?} {:?}", c.value.as_ref().map(|v| v.shown()), c.formula);
        }
    }
}
