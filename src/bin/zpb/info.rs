//! Rules and templates to the screen.

use zipingbiao::rules::{RULES, rule};
use zipingbiao::template::Template;

use crate::Ending;
use crate::print;
use crate::render::padded;

/// Lists the rules, or explains one.
pub fn rules(code: Option<&str>) -> Ending {
    let Some(code) = code else {
        for rule in RULES {
            println!("{}  {}  {}  {}", rule.code, rule.severity, padded(rule.title, 26), rule.fix.name());
        }
        println!("\n看某一条的说明：zpb rule P03");
        return Ending::Done;
    };
    let Some(rule) = rule(code) else {
        print::aside(format!("参数有误：没有编号为“{code}”的规则，用 zpb rule 查看全部编号"));
        return Ending::Failed;
    };
    println!("{} {}（{}，{}）", rule.code, rule.title, rule.severity, rule.name);
    println!("\n查什么、为什么  {}", rule.why);
    println!("表上的例子      {}", rule.example);
    println!("怎么办          {}", rule.todo);
    println!("自动修正        {}", rule.fix.name());
    println!("依据            {}", rule.source);
    Ending::Done
}

/// Lists the templates, or prints one.
pub fn templates(name: Option<&str>) -> Ending {
    let Some(name) = name else {
        for name in Template::names() {
            let template = Template::source(name).and_then(|source| Template::parse(source).ok());
            println!("{}  {}", padded(name, 12), template.map(|t| t.describes).unwrap_or_default());
        }
        println!("\n输出一个模板来修改：zpb template anhui > 我的模板.toml，再用 --template 我的模板.toml");
        return Ending::Done;
    };
    if let Some(source) = Template::source(name) {
        print!("{source}");
        Ending::Done
    } else {
        print::aside(format!("参数有误：没有名为“{name}”的模板，用 zpb template 查看"));
        Ending::Failed
    }
}
