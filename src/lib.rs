//! 项目支出绩效自评表: the yearly self-evaluation forms of Chinese public bodies, read from whatever was submitted,
//! checked, scored, and written as the official sheet.
//!
//! ```text
//! bytes ─ reader → Grid ─ locate(labels) → Layout ─ fill → Form ─ score → Scores ─ rules → [Diagnostic]
//!                                                           └────────── Report ──────────┘ ─ writer → xlsx | json | csv
//! ```
//!
//! Each module uses only those above it in this list:
//!
//! | module | what it knows |
//! |---|---|
//! | [`text`] [`number`] [`grid`] [`error`] | text as meant, exact decimals, a sheet as people see it, what stops a file |
//! | [`form`] [`labels`] | the form without positions; the words by which its fields are recognised |
//! | [`diagnostic`] [`template`] [`layout`] | what is wrong where; official forms as data; which field stands where |
//! | [`reader`] [`score`] | bytes to forms; forms to points |
//! | [`rules`] [`report`] | the table of rules; a form with everything known about it, and mended |
//! | [`writer`] [`batch`] | reports to files; many files at once |
//!
//! ```
//! use zipingbiao::{reader, report::Report, template::Template};
//!
//! let text = "项目支出绩效自评表\n(2023年度)\n项目名称\t网络费\n项目资金(万元)\t\t年初预算数\t全年预算数\t全年执行数\n\t年度资金总额\t70\t70\t69.91\n";
//! let document = reader::read(text.as_bytes())?;
//! let template = Template::standard();
//! for found in document.forms {
//!     let report = Report::new("网络费.txt", found, template);
//!     assert_eq!(report.scores.funding[0].score.map(|s| s.to_string()).as_deref(), Some("9.99"));
//! }
//! # Ok::<(), zipingbiao::error::Cause>(())
//! ```

#![forbid(unsafe_code)]

pub mod batch;
pub mod diagnostic;
pub mod error;
pub mod form;
pub mod grid;
pub mod labels;
pub mod layout;
pub mod number;
pub mod reader;
pub mod report;
pub mod rules;
pub mod score;
pub mod template;
pub mod text;
pub mod writer;
