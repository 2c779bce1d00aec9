//! What stops a file, to one line of Chinese that says where and what to do.

use std::path::{Path, PathBuf};

/// A result whose error stops the file it speaks of, never the batch.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why there is no answer for a file: which one, what is wrong, and what the user can do.
///
/// Reading a *value* never fails; what is wrong with a value is a diagnostic.
#[derive(Debug, thiserror::Error)]
#[error("{}：{}", .path.display(), .cause)]
pub struct Error {
    /// The file as the user named it.
    pub path: PathBuf,
    /// What is wrong with it.
    #[source]
    pub cause: Cause,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// No such file.
    #[error("找不到这个文件，请核对路径和文件名")]
    NotFound,
    /// A file of no bytes, or of nothing but white space.
    #[error("文件是空的，请让填报单位重新发送")]
    Empty,
    /// Not a format that holds a table; the text names what the bytes are.
    #[error("这不是表格文件（内容是{0}），请用 Excel 或 WPS 打开原件后另存为 .xlsx")]
    NotATable(String),
    /// A zip of files where one file is wanted; [`crate::batch`] reads it as a folder.
    #[error("这是压缩包，请先解压再试")]
    Zip,
    /// Files packed in a way that is not read; the text names it.
    #[error("这是{0}，本程序只能直接读 zip，请先解压再试")]
    Packed(String),
    /// A file in an archive that is protected by a password.
    #[error("压缩包里的这个文件有密码，请用密码解压后再试")]
    EncryptedEntry,
    /// Packed by a method that is not read.
    #[error("用了少见的压缩方法，请在 Windows 中解压后再试")]
    Compression,
    /// Protected by a password.
    #[error("文件有打开密码，请在 Excel 或 WPS 中取消密码（文件—信息—保护工作簿）后再试")]
    Encrypted,
    /// A table file that cannot be read to its end; the text is the technical cause.
    #[error("文件已损坏或不完整，请用 Excel 或 WPS 打开后另存为 .xlsx（{0}）")]
    Corrupt(String),
    /// More than a form can need, see [`crate::reader::limits`].
    #[error("文件超出处理上限：{0}；请只保留自评表后再试")]
    TooLarge(String),
    /// A readable workbook without any form.
    #[error("里面没有找到项目支出绩效自评表，请确认发来的是自评表而不是别的表")]
    NoForm,
    /// Our own JSON or CSV that does not say what it must.
    #[error("数据文件有误：{0}")]
    Data(String),
    /// A list (清单) that holds none, or contradicts another.
    #[error("{0}")]
    List(String),
    /// A template or label file with a mistake in it.
    #[error("模板有误：{0}")]
    Template(String),
    /// The output exists with other content.
    #[error("文件已存在且内容不同，未覆盖；确认要覆盖请加 --force")]
    Exists,
    /// The output would replace an input.
    #[error("输出会覆盖输入文件，请用 -o 换一个文件夹")]
    OverwritesInput,
    /// Reading or writing failed below us.
    #[error("{what}失败：{}", in_chinese(source))]
    Io {
        /// What was tried, e.g. `读取`.
        what: &'static str,
        /// The system's own words.
        source: std::io::Error,
    },
    /// The workbook could not be composed; the text is the writer's own words.
    #[error("无法生成工作簿：{0}")]
    Write(String),
}

impl Cause {
    /// This cause, said of `path`.
    pub fn of(self, path: impl AsRef<Path>) -> Error {
        Error { path: path.as_ref().to_path_buf(), cause: self }
    }

    /// A failure of the system while `what` was tried (`读取`, `写入`).
    pub fn io(what: &'static str, source: std::io::Error) -> Self {
        if source.kind() == std::io::ErrorKind::NotFound && what == "读取" {
            Self::NotFound
        } else {
            Self::Io { what, source }
        }
    }
}

/// What the system refused, in the users' words where they can do something about it, else in its own.
fn in_chinese(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    let words = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "磁盘已满，请清理出空间后再试",
        ErrorKind::PermissionDenied => {
            "没有权限，或者文件正在 Excel、WPS 中打开；请关闭后再试，或换一个文件夹"
        }
        ErrorKind::ReadOnlyFilesystem => "这个磁盘只能读，请用 -o 换一个文件夹",
        ErrorKind::NotFound => "没有这个文件或文件夹",
        ErrorKind::NotADirectory => "路径中有一段不是文件夹",
        ErrorKind::IsADirectory => "这里已有一个同名的文件夹",
        ErrorKind::FileTooLarge => "文件超过了这个磁盘允许的大小",
        ErrorKind::InvalidFilename => "文件名太长，或有系统不接受的字符",
        ErrorKind::ResourceBusy => "文件正在被别的程序使用，请关闭后再试",
        _ => return error.to_string(),
    };
    words.to_owned()
}
