// The forms of a folder to official workbooks with exceljs: what a good script of one's own does.
//
// node benches/rivals/exceljs_fix.js INPUTS OUT JOBS        (npm install exceljs)
//
// As openpyxl_fix.py beside it: labels, merged regions, rate, points, total, the official sheet; JOBS processes.

const fs = require("fs");
const path = require("path");
const { fork } = require("child_process");
const Excel = require("exceljs");

const MONEY = ["年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"];
const COLUMNS = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"];
const ITEMS = ["年度资金总额", "本年财政拨款", "上年结转资金", "其他资金"];
const HEAD = ["项目名称", "主管部门", "实施单位"];

const side = { style: "thin" };
const BORDER = { left: side, right: side, top: side, bottom: side };
const CENTRED = { horizontal: "center", vertical: "middle", wrapText: true };
const LEFT = { horizontal: "left", vertical: "middle", wrapText: true };
const font = (size) => ({ name: "宋体", size });
const [TITLE, YEAR, BODY] = [font(16), font(11), font(9)];

const plain = (value) => {
  if (value === null || value === undefined) return null;
  if (typeof value !== "object") return value;
  if (value.richText) return value.richText.map((run) => run.text).join("");
  if (value.formula !== undefined) return value.result ?? null;
  return value.text ?? String(value);
};
const key = (value) => String(value).replace(/\s+/g, "").replace(/[:：]$/, "").replace(/[(（]\d+分[)）]$/, "");
const number = (value) => {
  const text = String(value ?? "").replace(/,/g, "").trim();
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : null;
};
const rounded = (value, places) => Math.round((value + Number.EPSILON) * 10 ** places) / 10 ** places;

async function read(file) {
  const book = new Excel.Workbook();
  await book.xlsx.readFile(file);
  const form = { head: {}, funding: [], goal: {}, indicators: [], title: "", year: "" };
  let money = null, columns = null, goals = null;
  book.worksheets[0].eachRow((row) => {
    const cells = [];
    row.eachCell((cell, at) => {
      const value = cell.isMerged && cell.master !== cell ? null : plain(cell.value);
      if (value !== null && value !== "") cells.push([at, value, key(value)]);
    });
    if (!cells.length) return;
    const words = new Map(cells.map(([at, , word]) => [word, at]));
    const value = (at) => (cells.find(([col]) => col === at) ?? [0, null])[1];
    const pick = (names) => new Map(names.filter((name) => words.has(name)).map((name) => [name, words.get(name)]));
    const taken = (from) => Object.fromEntries([...from].map(([name, at]) => [name, value(at)]));
    if (words.has("三级指标")) [columns, money, goals] = [pick(COLUMNS), null, null];
    else if (words.has("全年预算数") && words.has("全年执行数")) money = pick(MONEY);
    else if (words.has("预期目标") && words.has("实际完成情况")) [goals, money] = [[words.get("预期目标"), words.get("实际完成情况")], null];
    else if (words.has("总分") || words.has("合计")) columns = null;
    else if (columns) form.indicators.push(taken(columns));
    else if (money) {
      const label = cells.map(([, , word]) => word).find((word) => ITEMS.some((item) => word.includes(item)));
      if (label) form.funding.push([label, taken(money)]);
    } else if (goals) {
      form.goal = { expected: value(goals[0]), actual: value(goals[1]) };
      goals = null;
    } else if (cells.some(([, , word]) => HEAD.includes(word))) {
      cells.slice(1).forEach(([, text], i) => HEAD.includes(cells[i][2]) && (form.head[cells[i][2]] = text));
    } else if (cells[0][2].includes("自评表")) form.title = cells[0][1];
    else if (cells[0][2].includes("年度")) form.year = cells[0][1];
  });
  return form;
}

function score(form) {
  let total = null;
  if (form.funding.length) {
    const row = form.funding[0][1];
    const [budget, spent] = [number(row["全年预算数"]), number(row["全年执行数"])];
    if (budget && spent !== null) {
      row["执行率"] = rounded(spent / budget, 4);
      row["得分"] = total = rounded(Math.min(10, (10 * spent) / budget), 2);
    }
  }
  for (const row of form.indicators) {
    const weight = number(row["分值"]);
    let points = number(row["得分"]);
    const target = /^([≥≤=><]?)\s*([\d.]+)/.exec(String(row["年度指标值"] ?? ""));
    const actual = /^[≥≤=><]?\s*([\d.]+)/.exec(String(row["实际完成值"] ?? ""));
    if (points === null && weight !== null && target && actual) {
      const [wanted, done] = [Number(target[2]), Number(actual[1])];
      const down = target[1] === "≤" || target[1] === "<";
      const share = down ? (done <= wanted ? 1 : Math.max(0, 1 - (done - wanted) / wanted)) : Math.min(1, done / wanted);
      row["得分"] = points = rounded(weight * share, 2);
    }
    if (points !== null && total !== null) total += points;
  }
  form.total = total;
  return form;
}

async function write(form, file) {
  const book = new Excel.Workbook();
  const name = String(form.head["项目名称"] ?? "自评表").replace(/[[\]:*?/\\]/g, "_").slice(0, 31);
  const sheet = book.addWorksheet(name);
  [6, 9.6, 16.6, 9.6, 9.6, 12, 10.6, 7, 7, 12.6].forEach((width, at) => (sheet.getColumn(at + 1).width = width));
  const put = (row, left, right, value, options = {}) => {
    const { align = CENTRED, face = BODY, border = BORDER, format, bottom = row } = options;
    for (let line = row; line <= bottom; line++)
      for (let col = left; col <= right; col++) sheet.getCell(line, col).border = border;
    const cell = sheet.getCell(row, left);
    cell.value = value ?? null;
    cell.alignment = align;
    cell.font = face;
    if (format) cell.numFmt = format;
    if (right > left || bottom > row) sheet.mergeCells(row, left, bottom, right);
  };
  const formula = (text) => ({ formula: text });
  put(1, 1, 10, "附件：", { align: LEFT, border: {} });
  put(2, 1, 10, form.title, { face: TITLE, border: {} });
  put(3, 1, 10, form.year, { face: YEAR, border: {} });
  put(4, 1, 2, "项目名称"), put(4, 3, 10, form.head["项目名称"]);
  put(5, 1, 2, "主管部门"), put(5, 3, 5, form.head["主管部门"]);
  put(5, 6, 6, "实施单位"), put(5, 7, 10, form.head["实施单位"]);
  let row = 6 + form.funding.length;
  put(6, 1, 2, "项目资金\n(万元)", { bottom: row });
  put(6, 3, 3, null);
  MONEY.forEach((label, at) => put(6, 4 + at, 4 + at + (label === "得分" ? 1 : 0), label));
  form.funding.forEach(([label, line], i) => {
    const at = 7 + i;
    put(at, 3, 3, label);
    MONEY.slice(0, 3).forEach((money, col) => put(at, 4 + col, 4 + col, number(line[money])));
    put(at, 7, 7, i ? "—" : 10);
    put(at, 8, 8, i ? null : formula('IF(N(E7)<=0,"",ROUND(F7/E7,4))'), { format: "0.00%" });
    put(at, 9, 10, i ? null : formula('IF(N(E7)<=0,"",MAX(0,MIN(G7,ROUND(G7*F7/E7,2))))'), { format: "0.00" });
  });
  row += 1;
  put(row, 1, 1, "年度总体目标", { bottom: row + 1 });
  put(row, 2, 5, "预期目标"), put(row, 6, 10, "实际完成情况");
  put(row + 1, 2, 5, form.goal.expected, { align: LEFT }), put(row + 1, 6, 10, form.goal.actual, { align: LEFT });
  row += 2;
  const lines = form.indicators, last = row + lines.length + 1;
  put(row, 1, 1, "绩效指标", { bottom: last });
  const spans = [[2, 2], [3, 3], [4, 5], [6, 6], [7, 7], [8, 8], [9, 9], [10, 10]];
  COLUMNS.forEach((label, i) => put(row, ...spans[i], label));
  for (const [level, col] of [["一级指标", 2], ["二级指标", 3]]) {
    for (let at = 0, end; at < lines.length; at = end) {
      end = at + 1;
      while (end < lines.length && !lines[end][level] && !(col === 3 && lines[end]["一级指标"])) end++;
      put(row + 1 + at, col, col, lines[at][level], { bottom: row + end });
    }
  }
  lines.forEach((line, i) => {
    const at = row + 1 + i;
    put(at, 4, 5, line["三级指标"]);
    put(at, 6, 6, line["年度指标值"]), put(at, 7, 7, line["实际完成值"]);
    put(at, 8, 8, number(line["分值"]), { format: "0.00" }), put(at, 9, 9, number(line["得分"]), { format: "0.00" });
    put(at, 10, 10, line["偏差原因分析及改进措施"], { align: LEFT });
  });
  put(last, 2, 7, "总分"), put(last, 8, 8, 100);
  put(last, 9, 9, formula(`ROUND(SUM(I${row + 1}:I${last - 1},I7),2)`), { format: "0.00" });
  put(last, 10, 10, null);
  sheet.pageSetup = { paperSize: 9, orientation: "portrait", fitToPage: true, horizontalCentered: true };
  const bytes = Buffer.from(await book.xlsx.writeBuffer());
  const part = path.join(path.dirname(file), `.${path.basename(file)}.tmp`);
  const open = fs.openSync(part, "w");
  fs.writeSync(open, bytes);
  fs.fsyncSync(open);
  fs.closeSync(open);
  fs.renameSync(part, file);
}

async function worker(inputs, out, names) {
  for (const name of names) {
    await write(score(await read(path.join(inputs, name))), path.join(out, name));
  }
}

const [inputs, out, jobs, share] = process.argv.slice(2);
const names = fs.readdirSync(inputs).filter((name) => name.endsWith(".xlsx")).sort();
if (share !== undefined) {
  worker(inputs, out, names.filter((_, at) => at % Number(jobs) === Number(share)));
} else {
  fs.mkdirSync(out, { recursive: true });
  for (let at = 0; at < Number(jobs); at++) {
    fork(__filename, [inputs, out, jobs, String(at)]).on("exit", (code) => code && (process.exitCode = code));
  }
}
