//! The command line to what was asked for.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use zipingbiao::diagnostic::Severity;

const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// 项目支出绩效自评表：读取、规范、计算、检查、重新生成
#[derive(Debug, Parser)]
#[command(name = "zpb", version, help_template = TEMPLATE, disable_help_flag = true, disable_version_flag = true)]
#[command(
    disable_help_subcommand = true,
    subcommand_help_heading = "命令",
    args_conflicts_with_subcommands = true
)]
#[command(
    override_usage = "zpb <命令> <文件或文件夹>…\n      zpb <文件夹>            （规范整个文件夹，写到 文件夹_规范）"
)]
#[command(
    after_help = "例：zpb fix 报送 -o 规范      zpb check 报送      zpb rule P03\n每个命令的选项：zpb <命令> --help"
)]
pub struct Cli {
    /// 命令
    #[command(subcommand)]
    pub command: Option<Command>,
    /// 不写命令时：要规范的文件夹
    #[arg(value_name = "文件夹", help_heading = "参数")]
    pub dropped: Vec<PathBuf>,
    /// 显示版本
    #[arg(short = 'V', long, action = clap::ArgAction::Version, help_heading = "选项")]
    version: Option<bool>,
    /// 显示帮助
    #[arg(short, long, action = clap::ArgAction::Help, global = true, help_heading = "选项")]
    help: Option<bool>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 规范：统一写法，算出执行率、得分和总分，写成正式表
    #[command(help_template = TEMPLATE, override_usage = "zpb fix <文件或文件夹>… -o <文件夹或 文件.xlsx>")]
    Fix(Fix),
    /// 检查：只列出问题，不改文件
    #[command(help_template = TEMPLATE, override_usage = "zpb check <文件或文件夹>… [-o 问题清单.xlsx]")]
    Check(Check),
    /// 导出：把表里的内容导出为数据（JSON）
    #[command(help_template = TEMPLATE, override_usage = "zpb export <文件或文件夹>… [-o <文件>]")]
    #[command(
        after_help = "例：zpb export 报送 -o 数据.json\n    find 报送 -name '*.xlsx' | zpb export --to jsonl --files-from - > 数据.jsonl\n    zpb export - --to jsonl < 数据.jsonl      （一行进，一行出，不等全部读完）"
    )]
    Export(Export),
    /// 空表：写出可直接填写的正式空表；有清单的，一个项目一张
    #[command(
        help_template = TEMPLATE,
        override_usage = "zpb blank -o <文件.xlsx>\n      zpb blank --projects <清单> -o <文件夹或 文件.xlsx>"
    )]
    #[command(
        after_help = "例：zpb blank -o 空表.xlsx --year 2024 --rows 3,数量指标=5\n    zpb blank --projects 清单.xlsx -o 下发 --year 2024\n\n空表里只有要填的格能填，金额和分值填错会提示，执行率、得分、总分自动算出。\n其余的格受保护，没有密码，要改时在“审阅”里撤销工作表保护。"
    )]
    Blank(Blank),
    /// 列出检查规则；加编号看说明，如 zpb rule P03
    #[command(help_template = TEMPLATE, override_usage = "zpb rule [编号]")]
    Rule(RuleArgs),
    /// 列出模板；加名称输出模板内容，可修改后用 --template 使用
    #[command(help_template = TEMPLATE, override_usage = "zpb template [名称]")]
    Template(TemplateArgs),
}

/// What all commands that read have in common.
#[derive(Debug, Args)]
pub struct Common {
    /// 文件、文件夹（含子文件夹）、zip 压缩包（当作文件夹）或通配符；- 表示标准输入
    #[arg(value_name = "文件或文件夹", help_heading = "参数")]
    pub inputs: Vec<PathBuf>,
    /// 从文件读取要处理的文件名，一行一个；- 表示标准输入
    #[arg(long, value_name = "文件", help_heading = "参数")]
    pub files_from: Option<PathBuf>,
    /// 模板：名称（见 zpb template）或自己的 .toml 文件
    #[arg(
        long,
        value_name = "模板",
        default_value = STANDARD,
        hide_default_value = true,
        help_heading = "选项"
    )]
    pub template: String,
    /// 按这份清单核对项目名称；不写时用输入里的清单
    #[arg(long, value_name = "清单", help_heading = "选项")]
    pub list: Option<PathBuf>,
    /// 只报告这些编号的问题，可写一类（如 M）
    #[arg(long, value_name = "编号", value_delimiter = ',', help_heading = "选项")]
    pub select: Vec<String>,
    /// 不报告这些编号的问题
    #[arg(long, value_name = "编号", value_delimiter = ',', help_heading = "选项")]
    pub ignore: Vec<String>,
    /// 有这一级或更重的问题时以状态 1 退出：error、warning、info
    #[arg(long, value_name = "级别", hide_possible_values = true, help_heading = "选项")]
    pub fail_on: Option<Level>,
    /// 同时处理几个文件（默认为处理器个数）；结果的顺序不变，内存只随这个数增加
    #[arg(short = 'j', long, value_name = "个数", help_heading = "选项")]
    pub jobs: Option<usize>,
    /// 把文件大小、单元格个数等处理上限放大到几倍（1–64），报“超出处理上限”时才需要
    #[arg(
        long,
        value_name = "倍数",
        default_value = "1",
        hide_default_value = true,
        value_parser = clap::value_parser!(u16).range(1..=64),
        help_heading = "选项"
    )]
    pub limits: u16,
    /// 不显示说明，只显示错误
    #[arg(short, long, help_heading = "选项")]
    pub quiet: bool,
    /// 不显示进度条
    #[arg(long, help_heading = "选项")]
    pub no_progress: bool,
    /// 颜色：auto、always、never
    #[arg(
        long,
        value_name = "何时",
        default_value = "auto",
        hide_default_value = true,
        hide_possible_values = true,
        help_heading = "选项"
    )]
    pub color: Color,
}

/// The template that is taken where none is named.
pub const STANDARD: &str = "anhui";

/// `zpb fix`
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Fix {
    /// 读什么、怎么读
    #[command(flatten)]
    pub common: Common,
    /// 写到哪里：文件夹（每个输入文件一个工作簿），或一个 .xlsx（全部写在一起，首页为清单）
    #[arg(short, long, value_name = "文件夹或文件", help_heading = "选项")]
    pub output: PathBuf,
    /// 执行率、得分、总分写成数字而不是公式
    #[arg(long, help_heading = "选项")]
    pub values: bool,
    /// 一级指标下都没有填分值的，把它印着的分数平均分给各指标
    #[arg(long, help_heading = "选项")]
    pub allocate_weights: bool,
    /// 人填的得分与公式不符的，也改成算出的得分（不加则只提示）
    #[arg(long, help_heading = "选项")]
    pub rescore: bool,
    /// 剩下的每条问题写成批注，放在正式表的那一格上；与清单、与其他表核对出的也写（从标准输入读的除外）
    #[arg(long, help_heading = "选项")]
    pub annotate: bool,
    /// 列出每一处改动：哪一格，改前，改后
    #[arg(long, help_heading = "选项")]
    pub diff: bool,
    /// 报告的格式：text（文字）、json
    #[arg(
        long,
        value_name = "格式",
        default_value = "text",
        hide_default_value = true,
        hide_possible_values = true,
        help_heading = "选项"
    )]
    pub format: Format,
    /// 只报告会改什么，不写文件
    #[arg(long, help_heading = "选项")]
    pub dry_run: bool,
    /// 覆盖已有的、内容不同的文件
    #[arg(long, help_heading = "选项")]
    pub force: bool,
}

/// `zpb check`
#[derive(Debug, Args)]
pub struct Check {
    /// 读什么、怎么读
    #[command(flatten)]
    pub common: Common,
    /// 写成一个 .xlsx：可筛选的问题清单，和给每个单位的退回意见
    #[arg(short, long, value_name = "文件.xlsx", help_heading = "选项")]
    pub output: Option<PathBuf>,
    /// 报告的格式：text（文字）、json
    #[arg(
        long,
        value_name = "格式",
        default_value = "text",
        hide_default_value = true,
        hide_possible_values = true,
        help_heading = "选项"
    )]
    pub format: Format,
    /// 覆盖已有的、内容不同的文件
    #[arg(long, help_heading = "选项")]
    pub force: bool,
}

/// `zpb export`
#[derive(Debug, Args)]
pub struct Export {
    /// 读什么、怎么读
    #[command(flatten)]
    pub common: Common,
    /// 写到这个文件（--to csv 时是文件夹），全部完成后才出现；不写则边读边输出
    #[arg(short, long, value_name = "文件", help_heading = "选项")]
    pub output: Option<PathBuf>,
    /// 数据格式：json、jsonl（一行一张表，边读边写，适合大批量）、csv（三个表）
    #[arg(
        long,
        value_name = "格式",
        default_value = "json",
        hide_default_value = true,
        hide_possible_values = true,
        help_heading = "选项"
    )]
    pub to: Data,
    /// 不导出数据，而是显示读取的经过：grid（看到的单元格）、layout（每格认作什么）、form（读成什么）、scores（怎么算分）
    #[arg(long, value_name = "哪一步", hide_possible_values = true, help_heading = "选项")]
    pub show: Option<Stage>,
    /// 照表上原样导出：不规范、不计算
    #[arg(long, help_heading = "选项")]
    pub as_submitted: bool,
    /// CSV 的编码：utf-8-bom、utf-8、gb18030
    #[arg(
        long,
        value_name = "编码",
        default_value = "utf-8-bom",
        hide_default_value = true,
        hide_possible_values = true,
        help_heading = "选项"
    )]
    pub encoding: CsvEncoding,
    /// 覆盖已有的、内容不同的文件
    #[arg(long, help_heading = "选项")]
    pub force: bool,
}

/// `zpb blank`
#[derive(Debug, Args)]
pub struct Blank {
    /// 写到哪里：一个 .xlsx（多个项目时首页为清单），或文件夹（一个项目一个文件）
    #[arg(short, long, value_name = "文件或文件夹", help_heading = "选项")]
    pub output: PathBuf,
    /// 项目清单：一个项目一张表，填好项目名称；清单有主管部门、实施单位两栏的也填好
    #[arg(long, visible_alias = "list", value_name = "清单", help_heading = "选项")]
    pub projects: Option<PathBuf>,
    /// 模板：名称（见 zpb template）或自己的 .toml 文件
    #[arg(
        long,
        value_name = "模板",
        default_value = STANDARD,
        hide_default_value = true,
        help_heading = "选项"
    )]
    pub template: String,
    /// 年度，如 2024；不写则留空
    #[arg(long, value_name = "年度", help_heading = "选项")]
    pub year: Option<u16>,
    /// 每个二级指标几行（不写为 2），也可单独写，如 3,数量指标=5,生态效益指标=0
    #[arg(long, value_name = "行数", value_delimiter = ',', help_heading = "选项")]
    pub rows: Vec<String>,
    /// 每张表的主管部门，清单里另有的按清单
    #[arg(long, value_name = "名称", help_heading = "选项")]
    pub authority: Option<String>,
    /// 每张表的实施单位，清单里另有的按清单
    #[arg(long, value_name = "名称", help_heading = "选项")]
    pub unit: Option<String>,
    /// 覆盖已有的、内容不同的文件
    #[arg(long, help_heading = "选项")]
    pub force: bool,
    /// 不显示说明，只显示错误
    #[arg(short, long, help_heading = "选项")]
    pub quiet: bool,
}

/// `zpb rule`
#[derive(Debug, Args)]
pub struct RuleArgs {
    /// 规则编号，如 P03
    #[arg(value_name = "编号", help_heading = "参数")]
    pub code: Option<String>,
}

/// `zpb template`
#[derive(Debug, Args)]
pub struct TemplateArgs {
    /// 模板名称
    #[arg(value_name = "名称", help_heading = "参数")]
    pub name: Option<String>,
}

/// A severity as an option.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Level {
    /// 错误
    Error,
    /// 警告
    Warning,
    /// 提示
    Info,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::Error,
            Level::Warning => Self::Warning,
            Level::Info => Self::Info,
        }
    }
}

/// How findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// 文字
    Text,
    /// 数据
    Json,
}

/// A stage of reading that can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Stage {
    /// Cells and merges.
    Grid,
    /// What each cell was taken for.
    Layout,
    /// The fields as typed and as understood.
    Form,
    /// What is computed.
    Scores,
}

/// How clean data is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Data {
    /// One array.
    Json,
    /// One form a line.
    Jsonl,
    /// Three tables.
    Csv,
}

/// The encoding of CSV files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CsvEncoding {
    /// For Excel.
    #[value(name = "utf-8-bom")]
    Utf8Bom,
    /// For programs.
    #[value(name = "utf-8")]
    Utf8,
    /// For old systems.
    #[value(name = "gb18030")]
    Gb18030,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
