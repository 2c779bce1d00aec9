"""What happens to a sheet on its way: each function tells one story."""

import copy
import random

from forms import Num
from layouts import Cell, Sheet


def moved(sh, fr, fc):
    """The sheet with every row and column passed through `fr` and `fc`."""
    out = copy.copy(sh)
    out.cells = {(fr(r), fc(c)): v for (r, c), v in sh.cells.items()}
    out.merges = [(fr(a), fc(b), fr(d), fc(e)) for a, b, d, e in sh.merges]
    out.hidden_rows = {fr(r) for r in sh.hidden_rows}
    out.hidden_cols = {fc(c) for c in sh.hidden_cols}
    out.widths = {}
    return out


def offset(sh, rows, cols):
    return moved(sh, lambda r: r + rows, lambda c: c + cols)


def insert_rows(sh, *at):
    """A blank row before each of the rows `at` (old numbers)."""
    return moved(sh, lambda r: r + sum(1 for x in at if x <= r), lambda c: c)


def insert_cols(sh, *at):
    return moved(sh, lambda r: r, lambda c: c + sum(1 for x in at if x <= c))


def unmerged(sh):
    sh.merges = []
    return sh


def repeated(sh):
    """Every cell of a merged region says what the region says."""
    for a, b, d, e in sh.merges:
        if (a, b) in sh.cells:
            for r in range(a, d + 1):
                for c in range(b, e + 1):
                    sh.cells[r, c] = copy.copy(sh.cells[a, b])
    return unmerged(sh)


def renamed(sh, change, roles=("label", "item", "level1", "level2", "year", "title")):
    for k in sh.of(*roles):
        if isinstance(sh.cells[k].v, str):
            sh.cells[k].v = change(sh.cells[k].v)
    return sh


def words(sh, table):
    """Whole labels replaced by other words for the same thing."""
    return renamed(sh, lambda t: table.get(t, t))


def slide(sh, r, n, start=0):
    """Row r from column `start` on goes n columns to the left (n < 0: to the right)."""
    row = {k: v for k, v in sh.cells.items() if k[0] == r and k[1] >= start}
    for k in row:
        del sh.cells[k]
    for (_, c), v in row.items():
        assert c - n >= 0 and (r, c - n) not in sh.cells, (r, c, str(v.v))
        sh.cells[r, c - n] = v
    return sh


def row_of(sh, text):
    return sh.find(text)[0]


def stacked(sheets, gap=2, name="Sheet1"):
    out, top = Sheet(name), 0
    for sh in sheets:
        part = moved(sh, lambda r: r + top, lambda c: c)
        out.cells.update(part.cells)
        out.merges += part.merges
        top += sh.size()[0] + gap
    return out


def beside(sheets, gap=1, name="Sheet1"):
    out, left = Sheet(name), 0
    for sh in sheets:
        part = moved(sh, lambda r: r, lambda c: c + left)
        out.cells.update(part.cells)
        out.merges += part.merges
        left += sh.size()[1] + gap
    return out


def wide(text):
    """ASCII digits and signs as full-width ones."""
    return "".join(chr(ord(c) + 0xFEE0) if c in "0123456789.%()," else c for c in text)


def spaced(text, rng=None):
    """Blanks, line breaks and no-break spaces inside a label, always the same ones."""
    rng = rng or random.Random(text)
    out = ""
    for i, ch in enumerate(text):
        out += ch
        if i < len(text) - 1 and rng.random() < 0.4:
            out += rng.choice([" ", "\u3000", "\n", "\u00a0", "  "])
    return rng.choice(["", " ", "\u3000"]) + out + rng.choice(["", " ", "\n"])
