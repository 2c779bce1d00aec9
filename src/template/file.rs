//! A template file to a tree of values laid over its base, and the tree to structs; mistakes name line, key and value.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Files that may stand on each other, the user's own among them.
const BASES: usize = 8;

/// A mistake in a template file: where, what stands there, and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mistake {
    line: Option<usize>,
    /// The innermost key first.
    keys: Vec<String>,
    value: Option<String>,
    why: String,
}

impl Mistake {
    /// A mistake at a dotted key.
    pub fn new(key: &str, why: impl Into<String>) -> Self {
        let keys = key.rsplit('.').map(str::to_owned).collect();
        Self { keys, why: why.into(), ..Self::default() }
    }

    /// With the line, where it is known.
    #[must_use]
    pub fn on(mut self, line: Option<usize>) -> Self {
        self.line = self.line.or(line);
        self
    }

    /// The dotted key.
    pub fn key(&self) -> String {
        self.keys.iter().rev().map(String::as_str).collect::<Vec<_>>().join(".")
    }

    /// Said of what `key` leads to.
    fn under(mut self, key: &str, node: &Node) -> Self {
        if self.value.is_none() && self.keys.is_empty() {
            self.value = node.shown();
        }
        self.keys.push(key.to_owned());
        self.on(node.line)
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "第 {line} 行 ")?;
        }
        let value = self.value.as_ref().map(|value| format!(" = {value}")).unwrap_or_default();
        let colon = if self.keys.is_empty() { "" } else { "：" };
        write!(f, "{}{value}{colon}{}", self.key(), self.why)
    }
}

impl std::error::Error for Mistake {}

impl de::Error for Mistake {
    fn custom<T: fmt::Display>(why: T) -> Self {
        Self { why: why.to_string(), ..Self::default() }
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(kind(&expected.to_string()))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(kind(&expected.to_string()))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::custom(format!("有 {length} 项，{}", kind(&expected.to_string())))
    }

    fn unknown_variant(_: &str, allowed: &'static [&'static str]) -> Self {
        Self::custom(format!("可以是 {}", quoted(allowed)))
    }

    fn unknown_field(field: &str, allowed: &'static [&'static str]) -> Self {
        Self::new(field, format!("没有这个键，可以是 {}", allowed.join("、")))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(field, "缺少这个键；只改个别键时，在文件开头写 base = \"anhui\"，其余按它")
    }
}

fn quoted(allowed: &[&str]) -> String {
    allowed.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join("、")
}

/// What a type expects, in the users' words.
fn kind(expected: &str) -> String {
    let length = expected.strip_prefix("an array of length ").map(|length| format!("应有 {length} 项"));
    length.unwrap_or_else(|| {
        let words = match expected {
            "a string" => "应为文字，两边加英文引号",
            "a boolean" => "应为 true 或 false",
            "a sequence" => "应为列表，写成 [ … ]",
            "f64" => "应为数字",
            whole if whole.starts_with(['u', 'i']) && whole.len() <= 5 => "应为不小于 0 的整数",
            decimal if decimal.contains("Decimal") => "应为数字",
            table if table.starts_with("struct") || table == "a map" => "应为一组键，写成 { 键 = 值 }",
            word if word.starts_with("enum") => "应为文字，两边加英文引号",
            other => return format!("应为 {other}"),
        };
        words.to_owned()
    })
}

/// A value of a file. Numbers keep their digits: none goes through a float on its way to a decimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The line in the user's own file; `None` if it comes from a base.
    line: Option<usize>,
    value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Text(String),
    Number(String),
    Flag(bool),
    List(Vec<Node>),
    Table(BTreeMap<String, Node>),
}

impl Node {
    /// Reads a file; what it does not say is taken from the file that its `base` names, found by `find` among `names`.
    pub fn read(
        source: &str,
        find: impl Fn(&str) -> Option<&'static str>,
        names: &[&str],
    ) -> Result<Self, Mistake> {
        let own = parse(source)?;
        let mut whole = own.clone();
        let mut base = own.base()?.map(str::to_owned);
        for _ in 0..BASES {
            let Some(name) = base else { return Ok(whole) };
            let Some(source) = find(&name) else { break };
            let mut below = parse(source)?;
            below.forget_lines();
            base = below.base()?.map(str::to_owned);
            whole = whole.over(below);
        }
        let line = own.get("base").and_then(|node| node.line);
        let why = format!("没有这个模板，可以是 {}", quoted(names));
        let value = own.get("base").and_then(Self::shown);
        Err(Mistake { value, ..Mistake::new("base", why) }.on(line))
    }

    /// The line of a dotted key in the user's own file; numbers count the items of lists from 0.
    pub fn line(&self, key: &str) -> Option<usize> {
        key.split('.').try_fold(self, Self::get)?.line
    }

    /// Which item of the list at a dotted key has that text under `name`.
    pub fn position(&self, list: &str, name: &str, text: &str) -> Option<usize> {
        let Value::List(items) = &list.split('.').try_fold(self, Self::get)?.value else { return None };
        let has =
            |item: &Self| matches!(item.get(name), Some(Self { value: Value::Text(own), .. }) if own == text);
        items.iter().position(has)
    }

    /// The name of the file below.
    fn base(&self) -> Result<Option<&str>, Mistake> {
        let Some(node) = self.get("base") else { return Ok(None) };
        match &node.value {
            Value::Text(name) => Ok(Some(name)),
            _ => Err(Mistake::new("base", "应为模板的名称，两边加英文引号").on(node.line)),
        }
    }

    fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Table(entries) => entries.get(key),
            Value::List(items) => items.get(key.parse::<usize>().ok()?),
            _ => None,
        }
    }

    /// Tables key by key; anything else as a whole.
    fn over(self, base: Self) -> Self {
        let line = self.line;
        match (self.value, base.value) {
            (Value::Table(own), Value::Table(mut whole)) => {
                for (key, node) in own {
                    let node = match whole.remove(&key) {
                        Some(below) => node.over(below),
                        None => node,
                    };
                    whole.insert(key, node);
                }
                Self { line, value: Value::Table(whole) }
            }
            (value, _) => Self { line, value },
        }
    }

    fn forget_lines(&mut self) {
        self.line = None;
        match &mut self.value {
            Value::List(items) => items.iter_mut().for_each(Self::forget_lines),
            Value::Table(entries) => entries.values_mut().for_each(Self::forget_lines),
            Value::Text(_) | Value::Number(_) | Value::Flag(_) => {}
        }
    }

    /// The value as it is written, if it is short.
    fn shown(&self) -> Option<String> {
        match &self.value {
            Value::Text(text) => Some(format!("\"{}\"", text.replace('\n', "\\n"))),
            Value::Number(number) => Some(number.clone()),
            Value::Flag(flag) => Some(flag.to_string()),
            Value::List(_) | Value::Table(_) => None,
        }
    }

    fn unexpected(&self) -> Unexpected<'_> {
        match &self.value {
            Value::Text(text) => Unexpected::Str(text),
            Value::Number(_) => Unexpected::Other("a number"),
            Value::Flag(flag) => Unexpected::Bool(*flag),
            Value::List(_) => Unexpected::Seq,
            Value::Table(_) => Unexpected::Map,
        }
    }
}

/// A file alone, each value with its line.
fn parse(source: &str) -> Result<Node, Mistake> {
    let lines = Lines::of(source);
    let table = DeTable::parse(source).map_err(|error| {
        let line = error.span().map(|span| lines.at(span.start));
        let text = line.and_then(|line| source.lines().nth(line - 1)).unwrap_or_default();
        Mistake { why: grammar(error.message(), text), line, ..Mistake::default() }
    })?;
    Ok(Node { line: None, value: lines.table(table.get_ref()) })
}

/// What is wrong with a line that is no TOML, in the users' words.
fn grammar(message: &str, line: &str) -> String {
    let full_width =
        line.split('#').next().unwrap_or_default().chars().find(|c| "＝“”‘’，［］｛｝：＃".contains(*c));
    let why = if message.contains("duplicate") {
        "同一个键写了两次".to_owned()
    } else if let Some(mark) = full_width {
        format!("有全角符号 {mark}，请改成半角")
    } else {
        "写法不对，应写成 键 = 值，文字两边加英文引号，说明前面加 #".to_owned()
    };
    format!("“{}”{why}", line.trim())
}

/// Where the lines of a file begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(source: &str) -> Self {
        Self(source.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect())
    }

    /// The line, from 1, that holds a byte.
    fn at(&self, byte: usize) -> usize {
        self.0.partition_point(|end| *end < byte) + 1
    }

    fn table(&self, table: &DeTable<'_>) -> Value {
        let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
            let key: &std::borrow::Cow<'_, str> = key.get_ref();
            (key.to_string(), self.node(value))
        };
        let mut entries: BTreeMap<String, Node> = table.iter().map(entry).collect();
        // A table is known by its header, a value by its key: they differ only where a value begins on a later line.
        for (key, _) in table {
            if let Some(node) = entries.get_mut(key.get_ref().as_ref()) {
                node.line = Some(self.at(key.span().start));
            }
        }
        Value::Table(entries)
    }

    fn node(&self, value: &Spanned<DeValue<'_>>) -> Node {
        let line = Some(self.at(value.span().start));
        let value = match value.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) if number.radix() == 10 => Value::Number(number.as_str().to_owned()),
            DeValue::Integer(number) => Value::Text(number.to_string()),
            DeValue::Float(number) => Value::Number(number.as_str().to_owned()),
            DeValue::Boolean(flag) => Value::Flag(*flag),
            DeValue::Datetime(date) => Value::Text(date.to_string()),
            DeValue::Array(items) => Value::List(items.iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => self.table(table),
        };
        Node { line, value }
    }
}

impl<'de> de::Deserializer<'de> for &Node {
    type Error = Mistake;

    /// Decimals ask for this and take a number's digits.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.value {
            Value::Text(text) | Value::Number(text) => visitor.visit_str(text),
            Value::Flag(flag) => visitor.visit_bool(*flag),
            Value::List(items) => {
                let mut rest = Items(items.iter());
                let found = visitor.visit_seq(&mut rest)?;
                let surplus = rest.0.len();
                if surplus == 0 { Ok(found) } else { Err(de::Error::custom(format!("多了 {surplus} 项"))) }
            }
            Value::Table(entries) => {
                let found = visitor.visit_map(Entries { rest: entries.iter(), next: None });
                found.map_err(|mistake| self.placed(mistake))
            }
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.value {
            Value::Number(_) => Err(de::Error::invalid_type(self.unexpected(), &visitor)),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        self.deserialize_str(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match self.number() {
            Some(number) => visitor.visit_f64(number),
            None => Err(de::Error::invalid_type(self.unexpected(), &visitor)),
        }
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match self.number() {
            Some(number) => visitor.visit_u32(number),
            None => Err(de::Error::invalid_type(self.unexpected(), &visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        allowed: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        let word: Option<StrDeserializer<'_, Mistake>> = match &self.value {
            Value::Text(text) => Some(text.as_str().into_deserializer()),
            _ => None,
        };
        word.map_or_else(|| Err(de::Error::unknown_variant("", allowed)), |word| visitor.visit_enum(word))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u64 u128 f32 char bytes byte_buf unit unit_struct seq tuple tuple_struct map
        struct identifier ignored_any
    }
}

impl Node {
    fn number<T: std::str::FromStr>(&self) -> Option<T> {
        match &self.value {
            Value::Number(number) => number.parse().ok(),
            _ => None,
        }
    }

    /// A mistake about one of the table's keys, with its line and value.
    fn placed(&self, mistake: Mistake) -> Mistake {
        let [key] = mistake.keys.as_slice() else { return mistake };
        match self.get(key) {
            Some(node) => {
                Mistake { value: mistake.value.clone().or_else(|| node.shown()), ..mistake.clone() }
                    .on(node.line)
            }
            None => mistake.on(self.line),
        }
    }
}

/// The entries of a table, one by one.
struct Entries<'a> {
    rest: std::collections::btree_map::Iter<'a, String, Node>,
    next: Option<(&'a str, &'a Node)>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Mistake;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mistake> {
        let Some((key, node)) = self.rest.next() else { return Ok(None) };
        self.next = Some((key, node));
        let key: StrDeserializer<'_, Mistake> = key.as_str().into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mistake> {
        let Some((key, node)) = self.next.take() else { return Err(de::Error::custom("缺少值")) };
        seed.deserialize(node).map_err(|mistake| mistake.under(key, node))
    }
}

/// The items of a list, one by one.
struct Items<'a>(std::slice::Iter<'a, Node>);

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Mistake;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Mistake> {
        let Some(node) = self.0.next() else { return Ok(None) };
        let mistake = |mistake: Mistake| {
            let value =
                if mistake.keys.is_empty() { mistake.value.or_else(|| node.shown()) } else { mistake.value };
            Mistake { value, ..mistake }.on(node.line)
        };
        seed.deserialize(node).map(Some).map_err(mistake)
    }
}
