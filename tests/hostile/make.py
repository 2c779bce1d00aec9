"""Hostile files to a folder: each small, each built to take a reader's time, memory or life. Standard library only."""

import io
import struct
import sys
import zipfile
from pathlib import Path

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
)
ODS_END = "</office:spreadsheet></office:body></office:document-content>"
GB = 1 << 30


def zipped(parts):
    """A zip of parts; a part is text, bytes, or an iterable of bytes that never stand in memory together."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            with archive.open(name, "w", force_zip64=not isinstance(content, (str, bytes))) as part:
                if isinstance(content, str):
                    part.write(content.encode())
                elif isinstance(content, bytes):
                    part.write(content)
                else:
                    for piece in content:
                        part.write(piece)
    return buffer.getvalue()


def xlsx(sheet, **parts):
    """A workbook of one sheet, with further or other parts by their name (`_` for `/`)."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    base = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{kind}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" '
        f'Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {NS} xmlns:r="{REL}"><sheets><sheet name="a" sheetId="1" r:id="a"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" '
        f'Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="b" Type="{REL}/sharedStrings" '
        'Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    return zipped(base | {"xl/" + name.replace("_", "/") + ".xml": part for name, part in parts.items()})


def sheet(rows, head="", tail=""):
    return f"<worksheet {NS}>{head}<sheetData>{rows}</sheetData>{tail}</worksheet>"


def cell(place, text):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def repeated(head, piece, times, tail):
    """A long part in pieces of about a MB."""
    many = max(1, (1 << 20) // len(piece))
    yield head
    for _ in range(times // many):
        yield piece * many
    yield tail


def long_sheet(piece, times):
    head = f"<worksheet {NS}><sheetData>".encode()
    return repeated(head, piece, times, b"</sheetData></worksheet>")


def ods(content):
    return zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def table(rows):
    return f'{ODS}<table:table table:name="a">{rows}</table:table>{ODS_END}'


def ods_cell(text, attributes=""):
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


def forged(data):
    """The same zip, whose directory claims that every part is ten bytes."""
    data, at = bytearray(data), 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 24 : at + 28] = struct.pack("<I", 10)
        at += 4
    return bytes(data)


def nested_zip(depth):
    data = zipped({"a.txt": b"\0" * (10 << 20)})
    for level in range(depth):
        data = zipped({f"{n}.zip": data for n in range(10)} | {"x.txt": str(level)})
    return data


def record(number, data):
    return struct.pack("<HH", number, len(data)) + data


def biff(sheet_records, globals_=b"", sst=b""):
    """An Excel 97 stream without a container around it."""
    bof = lambda kind: record(0x0809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 0))
    head = bof(5) + record(0x42, struct.pack("<H", 1200)) + globals_ + sst
    start = len(head) + 4 + 9 + 4
    bound = record(0x85, struct.pack("<IBBBB", start, 0, 0, 1, 0) + b"a")
    return head + bound + record(0x0A, b"") + bof(0x10) + sheet_records + record(0x0A, b"")


def ole(stream):
    """A compound file of 512-byte sectors that holds the stream as `Workbook`."""
    stream = stream + b"\0" * max(0, 4096 - len(stream))
    stream += b"\0" * (-len(stream) % 512)
    count = len(stream) // 512
    fat_sectors = 1
    while fat_sectors * 128 < count + fat_sectors + 1:
        fat_sectors += 1
    fat = [0xFFFFFFFD] * fat_sectors + [0xFFFFFFFE]
    first = len(fat)
    fat += [first + n + 1 for n in range(count - 1)] + [0xFFFFFFFE]
    fat += [0xFFFFFFFF] * (fat_sectors * 128 - len(fat))
    header = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += b"\0" * 6 + struct.pack("<IIIIIIIII", 0, fat_sectors, fat_sectors, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    difat = list(range(fat_sectors)) + [0xFFFFFFFF] * (109 - fat_sectors)
    header += struct.pack("<109I", *difat)

    def entry(name, kind, child, start, size):
        text = name.encode("utf-16-le") + b"\0\0" if name else b""
        return (
            text.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
            + b"\0" * 36
            + struct.pack("<IQ", start, size)
        )

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, first, len(stream))
    directory += entry("", 0, 0xFFFFFFFF, 0, 0) * 2
    return header + struct.pack(f"<{len(fat)}I", *fat) + directory + stream


def number(row, col, value=1.0):
    return record(0x0203, struct.pack("<HHHd", row, col, 0, value))


def formula(row, col, tokens):
    head = struct.pack("<HHHdHI", row, col, 0, 1.0, 0, 0)
    return record(0x06, head + struct.pack("<H", len(tokens)) + tokens)


def entities(levels, times):
    lines = ['<!ENTITY a0 "lol">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * times}">' for n in range(1, levels)]
    return "<?xml version='1.0'?><!DOCTYPE x [" + "".join(lines) + "]>"


def cases():
    """Name, bytes."""
    one = cell("A1", "x")
    yield "xfd1048576.xlsx", xlsx(sheet(f'<row r="1">{one}</row><row r="1048576">{cell("XFD1048576", "x")}</row>'))
    yield "formula_at_xfd1048576.xlsx", xlsx(
        sheet(f'<row r="1">{one}</row><row r="1048576"><c r="XFD1048576"><f>1+1</f></c></row>')
    )
    yield "xfe1048577.xlsx", xlsx(sheet(f'<row r="1048577">{cell("XFE1048577", "x")}</row>'))
    yield "xfd100000.xlsx", xlsx(sheet(f'<row r="1">{one}</row><row r="100000">{cell("XFD100000", "x")}</row>'))
    yield "dimension_lies.xlsx", xlsx(sheet(f'<row r="1">{one}</row>', '<dimension ref="A1:XFD1048576"/>'))
    yield "dimension_broken.xlsx", xlsx(sheet(f'<row r="1">{one}</row>', '<dimension ref="A1:B2:C3"/>'))
    shared = lambda si: f'<row r="1"><c r="A1"><f t="shared" si="{si}" ref="A1:A9">1</f><v>1</v></c></row>'
    yield "shared_formula_99999999999.xlsx", xlsx(sheet(shared("99999999999")))
    yield "shared_formula_loop.xlsx", xlsx(
        sheet(
            '<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:XFD1048576">B1</f></c>'
            '<c r="B1"><f t="shared" si="0" ref="A1:XFD1048576">A1</f></c></row>'
            + "".join(f'<row r="{n}"><c r="A{n}"><f t="shared" si="0"/></c></row>' for n in range(2, 60000))
        )
    )
    long = "+".join(["A1"] * 4000)
    yield "shared_formula_long_50000_times.xlsx", xlsx(
        sheet(
            f'<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A60000">{long}</f></c></row>'
            + "".join(f'<row r="{n}"><c r="A{n}"><f t="shared" si="0"/></c></row>' for n in range(2, 50000))
        )
    )
    yield "million_formatted_rows.xlsx", xlsx(
        long_sheet(b'<row ht="30" customHeight="1" s="1" customFormat="1"/>', 1_000_000)
    )
    yield "million_rows_of_10_blank_cells.xlsx", xlsx(
        long_sheet(b"<row>" + b'<c s="1"/>' * 10 + b"</row>", 1_000_000)
    )
    yield "gb_of_spaces.xlsx", xlsx(long_sheet(b" " * 1024, GB >> 10))
    yield "gb_of_cells.xlsx", xlsx(long_sheet(b"<row><c><v>1</v></c></row>", GB // 26))
    yield "110_mb_of_cells.xlsx", xlsx(long_sheet(b"<row><c><v>1</v></c></row>", (110 << 20) // 26))
    yield "110_mb_of_blank_cells.xlsx", xlsx(long_sheet(b"<row>" + b"<c/>" * 10 + b"</row>", (110 << 20) // 51))
    yield "110_mb_of_spaces.xlsx", xlsx(long_sheet(b" " * 1024, 110 << 10))
    yield "gb_in_one_text.xlsx", xlsx(
        repeated(
            f'<worksheet {NS}><sheetData><row><c t="inlineStr"><is><t>'.encode(),
            b"x" * 1024,
            GB >> 10,
            b"</t></is></c></row></sheetData></worksheet>",
        )
    )
    strings = lambda times: repeated(f"<sst {NS}>".encode(), b"<si><t>x</t></si>", times, b"</sst>")
    yield "gb_of_shared_strings.xlsx", xlsx(sheet(f'<row r="1">{one}</row>'), sharedStrings=strings(GB // 17))
    yield "110_mb_of_shared_strings.xlsx", xlsx(
        sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), sharedStrings=strings((110 << 20) // 17)
    )
    yield "forged_sizes.xlsx", forged(xlsx(long_sheet(b" " * 1024, 300 << 10)))
    yield "one_long_string_400000_times.xlsx", xlsx(
        long_sheet(b'<row><c t="s"><v>0</v></c></row>', 390_000),
        sharedStrings=f"<sst {NS}><si><t>{'x' * 32767}</t></si></sst>",
    )
    yield "entity_bomb.xlsx", xlsx(
        entities(12, 10) + f'<worksheet {NS}><sheetData><row r="1">{cell("A1", "&a11;")}</row></sheetData></worksheet>'
    )
    yield "outside_entity.xlsx", xlsx(
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        f'<worksheet {NS}><sheetData><row r="1">{cell("A1", "&a;")}</row></sheetData></worksheet>'
    )
    yield "nested_100000.xlsx", xlsx(f"<worksheet {NS}>" + "<a>" * 100_000 + "</a>" * 100_000 + "</worksheet>")
    merges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 200_000))
    yield "200000_merges.xlsx", xlsx(sheet(f'<row r="1">{one}</row>', tail=f"<mergeCells>{merges}</mergeCells>"))
    overlapping = "".join(f'<mergeCell ref="A1:XFD{n}"/>' for n in range(2, 19_000))
    yield "19000_merges_over_all.xlsx", xlsx(
        sheet(f'<row r="1">{one}</row>', tail=f"<mergeCells>{overlapping}</mergeCells>")
    )
    attributes = " ".join(f'a{n}="1"' for n in range(300_000))
    yield "300000_attributes.xlsx", xlsx(sheet(f'<row r="1"><c r="A1" {attributes}><v>1</v></c></row>'))
    workbook = f'<workbook {NS} xmlns:r="{REL}"><sheets>'
    workbook += "".join(f'<sheet name="a{n}" sheetId="{n}" r:id="a"/>' for n in range(1, 60_000))
    yield "60000_sheets.xlsx", xlsx(sheet(f'<row r="1">{one}</row>'), workbook=workbook + "</sheets></workbook>")
    workbook = f'<workbook {NS} xmlns:r="{REL}"><sheets>'
    workbook += "".join(f'<sheet name="a{n}" sheetId="{n}" r:id="a"/>' for n in range(1, 1900))
    rows = "".join(f"<row>{'<c><v>1</v></c>' * 10}</row>" for _ in range(2000))
    yield "1900_sheets_of_one_part.xlsx", xlsx(sheet(rows), workbook=workbook + "</sheets></workbook>")
    yield "spill_and_unknown_errors.xlsx", xlsx(
        sheet('<row r="1"><c r="A1" t="e"><v>#SPILL!</v></c><c r="B1" t="zz"><v>#NEW!</v></c></row>')
    )
    good = xlsx(sheet(f'<row r="1">{one}</row>'))
    yield "half.xlsx", good[: len(good) // 2]
    yield "last_100_bytes_missing.xlsx", good[:-100]
    yield "empty.xlsx", b""
    yield "zeros.xls", b"\0" * 4096
    yield "utf16.xlsx", xlsx(
        b"\xff\xfe" + f"<?xml version='1.0' encoding='UTF-16'?>{sheet(f'<row>{one}</row>')}".encode("utf-16-le")
    )
    parts = {f"a{n}": "" for n in range(70_000)}
    yield "70000_parts.xlsx", zipped(parts)
    yield "zip_in_zip.zip", nested_zip(5)

    yield "ods_row_repeated_1048576.ods", ods(
        table(f'<table:table-row table:number-rows-repeated="1048576">{ods_cell("x") * 90}</table:table-row>')
    )
    yield "ods_4_gb_repeat.ods", ods(
        table(
            '<table:table-row table:number-rows-repeated="1048576">'
            + ods_cell("x" * 4096, 'table:number-columns-repeated="16384"')
            + "</table:table-row>"
        )
    )
    yield "ods_blank_repeat.ods", ods(
        table(
            f'<table:table-row>{ods_cell("x")}</table:table-row><table:table-row table:number-rows-repeated='
            '"4294967295"><table:table-cell table:number-columns-repeated="4294967295"/></table:table-row>'
        )
    )
    yield "ods_3000_rows_of_16384.ods", ods(
        table(("<table:table-row>" + ods_cell("x", 'table:number-columns-repeated="16384"') + "</table:table-row>") * 3000)
    )
    spaces = '<text:s text:c="900000000"/>'
    yield "ods_900000000_spaces.ods", ods(table(f"<table:table-row>{ods_cell(spaces)}</table:table-row>"))
    yield "ods_million_spaces.ods", ods(
        table(("<table:table-row>" + ods_cell('<text:s text:c="32000"/>') * 900 + "</table:table-row>") * 100)
    )
    yield "ods_without_end.ods", ods(f'{ODS}<table:table table:name="a"><table:table-row>{ods_cell("x")}</table:table-row>')
    yield "ods_annotation_without_end.ods", ods(
        f'{ODS}<table:table table:name="a"><table:table-row><table:table-cell><office:annotation>'
    )
    yield "ods_xfd1048576.ods", ods(
        table(
            '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row><table:table-row>'
            f'<table:table-cell table:number-columns-repeated="16383"/>{ods_cell("x")}</table:table-row>'
        )
    )
    # Each repeat spans what the one before it spans.
    spanning = (
        '<table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="1048576" '
        'table:number-columns-repeated="16000"/>'
    )
    yield "ods_repeated_spans.ods", ods(
        table(f'<table:table-row table:number-rows-repeated="1000000">{spanning}</table:table-row>')
    )
    yield "ods_entities.ods", ods(entities(12, 10) + table(f"<table:table-row>{ods_cell('&a11;')}</table:table-row>"))
    yield "ods_nested_tables.ods", ods(
        f'{ODS}{"<table:table><table:table-row><table:table-cell>" * 30_000}'
    )
    rows = f'<table:table-row table:number-rows-repeated="1048576">{ods_cell("x") * 90}</table:table-row>'
    yield "fods_row_repeated.fods", table(rows).replace("document-content", "document").encode()

    word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    lines = ("<w:tr>" + "<w:tc/>" * 60 + "</w:tr>") * 50_000
    yield "docx_3_million_cells.docx", zipped(
        {"word/document.xml": f"<w:document {word}><w:body><w:tbl>{lines}</w:tbl></w:body></w:document>"}
    )

    far = number(65535, 255)
    yield "xls_iv65536.xls", ole(biff(number(0, 0) + far))
    yield "xls_without_container.xls", biff(number(0, 0) + far)
    yield "xls_dimensions_lie.xls", ole(
        biff(record(0x200, struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0)) + number(0, 0))
    )
    sst = lambda count: record(0xFC, struct.pack("<II", count, count) + b"\x01\0\0x")
    label = record(0xFD, struct.pack("<HHHI", 0, 0, 0, 0))
    yield "xls_4_billion_strings.xls", ole(biff(label, sst=sst(0xFFFFFFFF)))
    yield "xls_2_billion_strings.xls", ole(biff(label, sst=sst(0x7FFFFFFF)))
    yield "xls_string_longer_than_all.xls", ole(
        biff(label, sst=record(0xFC, struct.pack("<II", 1, 1) + struct.pack("<HB", 0xFFFF, 0x0D) + b"\xff" * 8))
    )
    yield "xls_deep_formula.xls", ole(biff(formula(0, 0, b"\x1e\x01\0" + b"\x15" * 1700)))
    yield "xls_formula_without_operands.xls", ole(biff(formula(0, 0, b"\x03" * 1700)))
    yield "xls_formula_of_names.xls", biff(
        b"".join(formula(n, 0, b"\x23\x01\0\0\0" * 340) for n in range(20_000)),
        globals_=record(0x18, struct.pack("<HBBHHHBBBB", 0, 0, 64, 0, 0, 0, 0, 0, 0, 0) + b"\0" + b"n" * 64),
    )
    doubling = b"\x1e\x01\0" + b"\x1e\x01\0\x03" * 400
    yield "xls_formula_that_grows.xls", biff(b"".join(formula(n, 0, doubling) for n in range(30_000)))
    long_text = record(0xFC, struct.pack("<II", 1, 1) + struct.pack("<HB", 8000, 0) + b"x" * 8000)
    yield "xls_one_long_string_in_many_cells.xls", biff(
        b"".join(record(0xFD, struct.pack("<HHHI", n // 256, n % 256, 0, 0)) for n in range(390_000)),
        sst=long_text,
    )
    yield "xls_million_cells.xls", biff(b"".join(number(n // 256, n % 256) for n in range(1_000_000)))
    good = ole(biff(number(0, 0) + far))
    yield "xls_half.xls", good[: len(good) // 2]
    loop = bytearray(good)
    loop[512 + 4 * 5 : 512 + 4 * 6] = struct.pack("<I", 3)
    yield "xls_sectors_in_a_loop.xls", bytes(loop)
    huge = bytearray(good)
    huge[44:48] = struct.pack("<I", 0xFFFFFF)
    yield "xls_16_million_fat_sectors.xls", bytes(huge)

    yield "endless_line.csv", b"x" * (31 << 20)
    yield "endless_line_with_commas.csv", b"x," * (15 << 20)
    yield "endless_quote.csv", b'"' + b"x\n" * (15 << 20)
    yield "only_quotes.csv", b'"' * (31 << 20)
    yield "only_line_ends.csv", b"\n" * (31 << 20)
    yield "only_tabs.txt", b"\t" * (31 << 20)
    yield "too_big.csv", b"a,b\n" * (17 << 20)
    yield "zeros.csv", b"\0" * (31 << 20)
    yield "deep.html", b"<table><tr><td>" * 100_000
    yield "spans.html", b"<table>" + b"<tr><td colspan=1000 rowspan=65534>x" * 20_000 + b"</table>"
    pairs = b"<table>" + b"<tr><td colspan=2><td colspan=2><td>x" * 9900 + b"</table>"
    yield "750000_merges.html", pairs * 38
    form = "<table><tr><td>项目支出绩效自评表<tr><td>绩效指标<td>一级指标<td>二级指标<td>三级指标<td><td>年度指标值<td>实际完成值<td>分值<td>得分"
    row = "<tr><td><td>产出指标<td>数量指标<td colspan=2>次数<td>≥3次<td>4次<td>1<td>1"
    yield "form_of_19000_rows.html", f"<meta charset=utf-8>{form}{row * 19_000}</table>".encode()
    yield "open_tags.html", b"<table><tr><td>x<" * 1_000_000
    yield "attributes.html", b"<table><tr><td " + b"a=1 " * 2_000_000 + b">x</table>"
    yield "entities.html", b"<table><tr><td>" + b"&nbsp;" * 5_000_000 + b"</table>"
    yield "deep.json", b"[" * 1_000_000
    yield "deep_object.json", b'[{"schema":"zipingbiao/1","a":' + b'{"a":' * 100_000
    yield "long_number.json", b'[{"schema":"zipingbiao/1","year":' + b"9" * 10_000_000 + b"}]"
    yield "exponent.json", b'[{"schema":"zipingbiao/1","year":2023,"total":{"weight":1e999999999,"score":1e-999999999}}]'
    yield "spreadsheetml_index.xml", (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:'
        'spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table><Row '
        'ss:Index="4000000000"><Cell ss:MergeAcross="4000000000"><Data ss:Type="String">x</Data></Cell></Row></Table>'
        "</Worksheet></Workbook>"
    ).encode()


def main():
    folder, names = Path(sys.argv[1]), sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in cases():
        if not names or name in names:
            (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
