"""Zips of submissions as other programs pack them, one story each, into the folder of this script.

`python3 tests/archives/make.py`; needs Info-ZIP's `zip` on the path. The same files come out every time.
"""

import io
import os
import struct
import subprocess
import tempfile
import zlib
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
TIME = (2024, 1, 15, 9, 30, 0)


def form(project: str) -> str:
    return (
        "项目支出绩效自评表\n(2023年度)\n"
        f"项目名称,{project}\n主管部门,某某局,实施单位,某某中心\n"
        "项目资金(万元),,年初预算数,全年预算数,全年执行数,分值,执行率,得分\n"
        ",年度资金总额,70,70,69.91,10,99.87%,9.99\n"
    )


LIST = "序号,项目名称\n1,网络费\n2,公车费\n"


def raw(entries, method=zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of `(name bytes, content bytes, flags, central extra)`: names that Python's own writer cannot give."""
    body, directory = io.BytesIO(), io.BytesIO()
    stamp = ((TIME[3] << 11) | (TIME[4] << 5), ((TIME[0] - 1980) << 9) | (TIME[1] << 5) | TIME[2])
    for name, content, flags, extra in entries:
        packed = content
        if method == zipfile.ZIP_DEFLATED:
            packer = zlib.compressobj(9, zlib.DEFLATED, -15)
            packed = packer.compress(content) + packer.flush()
        head = struct.pack("<HHHHHIIIHH", 20, flags, method, *stamp, zlib.crc32(content), len(packed), len(content),
                           len(name), len(extra))
        at = body.tell()
        body.write(b"PK\x03\x04" + head + name + extra + packed)
        directory.write(b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, at)
                        + name + extra)
    end = struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), directory.tell(), body.tell(), 0)
    return body.getvalue() + directory.getvalue() + b"PK\x05\x06" + end


def unicode_path(name: bytes, text: str) -> bytes:
    content = struct.pack("<BI", 1, zlib.crc32(name)) + text.encode()
    return struct.pack("<HH", 0x7075, len(content)) + content


def python(files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, TIME), content)
    return out.getvalue()


def info_zip(files, *options) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files:
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            os.utime(path, (1705282200, 1705282200))
        names = [name for name, _ in files]
        env = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        subprocess.run(["zip", "-q", "-X", *options, "out.zip", *names], cwd=folder, env=env, check=True)
        return Path(folder, "out.zip").read_bytes()


def cases():
    a, b = form("网络费").encode(), form("公车费").encode()
    gbk = lambda text: text.encode("gb18030")
    folder = [("报送/人社局/网络费.csv", a), ("报送/教育局/公车费.csv", b), ("报送/清单.csv", LIST.encode())]
    yield "python.zip", python([*folder, ("报送/说明.pdf", b"%PDF-1.4")])
    yield "infozip.zip", info_zip(folder)
    yield "windows_gbk.zip", raw([(gbk(name), content, 0, b"") for name, content in folder])
    yield "windows_backslash.zip", raw([(gbk(name.replace("/", "\\")), content, 0, b"") for name, content in folder])
    # The first characters pass for UTF-8 too.
    yield "gbk_like_utf8.zip", raw([(gbk("联通.csv"), a, 0, b"")])
    yield "unicode_path.zip", raw([(b"??.csv", a, 0, unicode_path(b"??.csv", "人社局/网络费.csv")),
                                  (gbk("公车费.csv"), b, 0, unicode_path(b"other", "不是这个.csv"))])
    yield "mac.zip", raw([("报送/网络费.csv".encode(), a, 0, b""), ("__MACOSX/报送/._网络费.csv".encode(), b"\0\5\x16\7", 0, b""),
                          ("报送/.DS_Store".encode(), b"\0\0\0\1Bud1", 0, b""), ("报送/~$网络费.xlsx".encode(), b"x", 0, b"")])
    yield "one_encrypted.zip", raw([(gbk("网络费.csv"), a, 1, b""), (gbk("公车费.csv"), b, 0, b"")])
    inner = python([("网络费.csv", a), ("再里面.zip", python([("公车费.csv", b)]))])
    yield "nested.zip", python([("人社局.zip", inner), ("公车费.csv", b)])
    yield "upwards.zip", raw([(b"../../../" + gbk("网络费.csv"), a, 0, b""), (b"/etc/" + gbk("公车费.csv"), b, 0, b"")])
    yield "without_forms.zip", python([("说明.pdf", b"%PDF-1.4"), ("照片.png", b"\x89PNG\r\n\x1a\n")])
    yield "empty.zip", python([])
    yield "method.zip", raw([(gbk("网络费.csv"), a, 0, b"")], 93)


for name, content in cases():
    (HERE / name).write_bytes(content)

# Its key is drawn by chance.
if not (HERE / "encrypted.zip").exists():
    (HERE / "encrypted.zip").write_bytes(info_zip([("网络费.csv", form("网络费").encode())], "-P", "secret"))
