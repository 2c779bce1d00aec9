use super::*;

fn listed(names: &[&str]) -> Vec<ListedProject> {
    let entry = |(row, name): (u32, &&str)| ListedProject {
        number: (row + 1).to_string(),
        name: (*name).to_owned(),
        authority: None,
        unit: None,
        sheet: None,
        cell: CellRef::new(row, 1),
    };
    (0..).zip(names).map(entry).collect()
}

fn member(name: &str) -> Member {
    Member {
        project: Named { text: Some(name.to_owned()), cell: Some(CellRef::new(3, 2)) },
        place: format!("{name}.xlsx"),
        list: Some(0),
        beside_list: true,
        ..Member::default()
    }
}

fn batch(list: &[&str], forms: &[&str]) -> Batch {
    Batch { lists: vec![listed(list)], members: forms.iter().map(|name| member(name)).collect() }
}

fn told(batch: &Batch) -> Vec<(&'static str, About, String)> {
    batch.check().into_iter().map(|(about, d)| (d.code, about, d.message)).collect()
}

#[test]
fn a_name_that_differs_is_told_with_its_characters() {
    let found = told(&batch(&["就业暖民心行动", "物业费"], &["就业暖心心行动", "物 业 费"]));
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].0, found[0].1), ("B01", About::Member(0)));
    assert!(found[0].2.contains("清单第 1 项“就业暖民心行动”"), "{}", found[0].2);
    assert!(found[0].2.contains("清单写“民心”，表上写“心心”"), "{}", found[0].2);
    assert_eq!((found[1].0, found[1].1), ("B02", About::Listed(0, 0)));
    assert!(found[1].2.contains("相近的“就业暖心心行动”"), "{}", found[1].2);
}

#[test]
fn a_name_like_none_and_an_entry_without_form_stand_alone() {
    let found = told(&batch(&["甲项目经费", "乙工程补助"], &["甲项目经费", "绿化"]));
    assert_eq!(found.iter().map(|f| f.0).collect::<Vec<_>>(), ["B01", "B02"]);
    assert!(found[0].2.contains("没有相近的名称") && found[1].2.contains("请补报"));
}

#[test]
fn a_list_that_governs_nothing_misses_nothing() {
    let mut batch = batch(&["甲"], &["乙"]);
    batch.members[0].list = None;
    assert!(told(&batch).is_empty());
}

#[test]
fn the_fewest_forms_are_out_of_order() {
    let found = told(&batch(&["一号", "二号", "三号", "四号"], &["一号", "四号", "二号", "三号"]));
    assert_eq!(found.iter().map(|f| (f.0, f.1)).collect::<Vec<_>>(), [("B06", About::Member(1))]);
}

#[test]
fn duplicates_are_of_one_body_and_one_year() {
    let mut batch = batch(&["甲"], &["甲", "甲", "甲"]);
    for (member, unit) in batch.members.iter_mut().zip(["人社局", "人社局", "财政局"]) {
        member.unit = Some(unit.to_owned());
    }
    let found = told(&batch);
    let about: Vec<About> = found.iter().filter(|f| f.0 == "B03").map(|f| f.1).collect();
    assert_eq!(about, [About::Member(0), About::Member(1)]);
    batch.members[1].year.text = Some("2022".to_owned());
    assert!(!told(&batch).iter().any(|f| f.0 == "B03"));
}

#[test]
fn an_odd_one_needs_others_that_agree() {
    let years = |years: &[&str]| {
        let mut batch = Batch::default();
        for (index, year) in years.iter().enumerate() {
            let mut member = member(&format!("项目{index}"));
            member.year.text = Some((*year).to_owned());
            batch.members.push(member);
        }
        told(&batch).into_iter().map(|f| f.1).collect::<Vec<_>>()
    };
    assert_eq!(years(&["2023", "2023", "2022", "2023"]), [About::Member(2)]);
    assert_eq!(years(&["2023", "2023", "2022"]), []);
    assert_eq!(years(&["2023", "2022", "2023", "2022"]), []);
}

#[test]
fn differences_far_apart_are_told_one_by_one() {
    assert_eq!(names::differences("甲乙丙丁戊己庚", "甲丙丁戊己辛"), "表上少“乙”；清单写“庚”，表上写“辛”");
    assert_eq!(names::differences("创新创业大赛", "创业创新大赛"), "清单写“新创业”，表上写“业创新”");
    assert_eq!(names::differences("培训费", "培训费用"), "表上多“用”");
}
