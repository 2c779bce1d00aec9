//! The forms and lists of a run to what is wrong across them: which list (清单) governs which form.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::error::{Cause, Error};
use crate::reader::ListedProject;
use crate::report::{Origin, Report, slashed};
use crate::rules::batch::{About, Batch, Member, NAME_NOT_IN_LIST};

use super::{Input, Reading};

/// What a run keeps to judge its forms together: a small record a form.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    given: Option<Listing>,
    lists: Vec<Listing>,
    origins: Vec<Origin>,
    /// By form: where its file is.
    places: Vec<PathBuf>,
    batch: Batch,
}

/// A list that was found or given.
#[derive(Debug, Clone)]
struct Listing {
    file: String,
    /// The file, absolute, so that its folder can be compared.
    place: PathBuf,
    /// Named on the command line and not met in a folder.
    named: bool,
    /// Whether forms stand in the same file: then it governs only these.
    has_forms: bool,
    entries: Vec<ListedProject>,
}

/// A finding across forms, ready to be told.
#[derive(Debug, Clone)]
pub struct CrossFinding {
    /// The form it is about, in the order in which they were added; `None` for an entry of a list.
    pub form: Option<usize>,
    /// Where the form or the list came from.
    pub origin: Origin,
    /// The project's name, on the form or in the list.
    pub project: Option<String>,
    /// The finding.
    pub diagnostic: Diagnostic,
}

impl Ledger {
    /// A ledger whose forms are all held to the list in `path`.
    ///
    /// # Errors
    /// If the file cannot be read or has no list in it.
    pub fn with_list(path: &Path) -> Result<Self, Error> {
        let read = super::guarded(|| crate::reader::read(&super::bytes_of(path)?));
        let entries = read.map_err(|cause| cause.of(path))?.list;
        if entries.is_empty() {
            let missing = "里面没有清单，清单要有“序号”和“项目名称”两栏".to_owned();
            return Err(Cause::List(missing).of(path));
        }
        let given =
            Listing { file: slashed(path), place: absolute(path), named: true, has_forms: false, entries };
        Ok(Self { given: Some(given), ..Self::default() })
    }

    /// The projects of the list that was given.
    pub fn given(&self) -> &[ListedProject] {
        self.given.as_ref().map_or(&[], |given| &given.entries)
    }

    /// Remembers the forms and the list of one file.
    pub fn add(&mut self, input: &Input, reading: &Reading) {
        let place = absolute(&input.path);
        if !reading.list.is_empty() {
            let has_forms = !reading.reports.is_empty();
            let (file, entries) = (slashed(&input.path), reading.list.clone());
            self.lists.push(Listing { file, place: place.clone(), named: input.named, has_forms, entries });
        }
        for report in &reading.reports {
            self.batch.members.push(member(report));
            self.origins.push(report.origin.clone());
            self.places.push(place.clone());
        }
    }

    /// What a given list says of one form alone: whether its name is in it.
    pub fn listed(&self, report: &Report) -> Option<Diagnostic> {
        let given = self.given.as_ref()?;
        let member = Member { list: Some(0), ..member(report) };
        let batch = Batch { members: vec![member], lists: vec![given.entries.clone()] };
        let found = batch.check().into_iter().map(|(_, diagnostic)| diagnostic);
        found.into_iter().find(|diagnostic| diagnostic.code == NAME_NOT_IN_LIST.code)
    }

    /// Everything across the forms, in the order of the rules; and lists that contradict each other, which judge
    /// nothing.
    pub fn close(mut self) -> (Vec<CrossFinding>, Vec<Error>) {
        let mut errors: Vec<Error> = Vec::new();
        let lists = self.given.take().map_or_else(|| std::mem::take(&mut self.lists), |given| vec![given]);
        let rule = Governing::of(&lists);
        for (member, place) in self.batch.members.iter_mut().zip(&self.places) {
            match rule.list_of(place) {
                Ok(list) => {
                    member.list = list;
                    member.beside_list = list.and_then(|l| lists.get(l)).is_some_and(|l| l.place == *place);
                }
                Err(error) if errors.iter().any(|known| known.path == error.path) => {}
                Err(error) => errors.push(error),
            }
        }
        let files: Vec<String> = lists.iter().map(|list| list.file.clone()).collect();
        self.batch.lists = lists.into_iter().map(|list| list.entries).collect();
        let found = self.batch.check();
        (found.into_iter().filter_map(|(about, d)| self.told(about, d, &files)).collect(), errors)
    }

    fn told(&self, about: About, diagnostic: Diagnostic, files: &[String]) -> Option<CrossFinding> {
        match about {
            About::Member(form) => {
                let origin = self.origins.get(form)?.clone();
                let project = self.batch.members.get(form)?.project.text.clone();
                Some(CrossFinding { form: Some(form), origin, project, diagnostic })
            }
            About::Listed(list, entry) => {
                let listed = self.batch.entry(list, entry)?;
                let origin =
                    Origin { file: files.get(list)?.clone(), sheet: listed.sheet.clone(), range: None };
                let project = Some(crate::text::trim(&listed.name).to_owned());
                Some(CrossFinding { form: None, origin, project, diagnostic })
            }
        }
    }
}

fn member(report: &Report) -> Member {
    let sheet = report.origin.sheet.as_deref().map(|sheet| format!("（{sheet}）")).unwrap_or_default();
    Member::of(&report.form, &report.layout, format!("{}{sheet}", report.origin.file))
}

/// Which list governs which place.
struct Governing<'a> {
    /// Lists that stand in one file with forms.
    own: HashMap<&'a Path, usize>,
    /// All others by their folder.
    folders: HashMap<&'a Path, Vec<(usize, &'a Listing)>>,
    /// Those of them that were named.
    named: Vec<(usize, &'a Listing)>,
}

impl<'a> Governing<'a> {
    fn of(lists: &'a [Listing]) -> Self {
        let mut rule = Self { own: HashMap::new(), folders: HashMap::new(), named: Vec::new() };
        for (index, list) in lists.iter().enumerate() {
            if list.has_forms {
                rule.own.insert(&list.place, index);
                continue;
            }
            rule.folders.entry(list.place.parent().unwrap_or(&list.place)).or_default().push((index, list));
            rule.named.extend(list.named.then_some((index, list)));
        }
        rule
    }

    /// The list of a form's own file, else of the nearest folder above it, else the only one that was named.
    fn list_of(&self, place: &Path) -> Result<Option<usize>, Error> {
        if let Some(own) = self.own.get(place) {
            return Ok(Some(*own));
        }
        let above = place.ancestors().skip(1).find_map(|folder| self.folders.get(folder));
        only(above.unwrap_or(&self.named))
    }
}

/// The one list of several that all say the same; `None` of none.
fn only(lists: &[(usize, &Listing)]) -> Result<Option<usize>, Error> {
    let Some((first, rest)) = lists.split_first() else { return Ok(None) };
    let names = |list: &Listing| list.entries.iter().map(|entry| entry.name.clone()).collect::<Vec<_>>();
    match rest.iter().find(|(_, other)| names(other) != names(first.1)) {
        Some((_, other)) => {
            let both = format!("与 {} 是两份不同的清单，请用 --list 指定按哪一份核对", other.file);
            Err(Cause::List(both).of(&first.1.file))
        }
        None => Ok(Some(first.0)),
    }
}

/// Only for comparing folders; a path that the system cannot resolve is compared as given.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}
