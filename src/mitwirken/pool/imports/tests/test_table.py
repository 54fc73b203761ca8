"""Whatever a spreadsheet writes: read as it is meant, or refused with a word, never a crash."""

import io

import pytest

from mitwirken.pool.imports import table


def read(content: bytes):
    file = io.BytesIO(content)
    return list(table.records(file, encoding=table.encoding_of(file)))


def cells(content: bytes):
    return [(record.line, record.problem or list(record.cells)) for record in read(content)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a;b\n1;2\n", [(1, ["a", "b"]), (2, ["1", "2"])]),
        (b"a,b\r\n1,2\r\n", [(1, ["a", "b"]), (2, ["1", "2"])]),
        (b"a\tb\n1\t2", [(1, ["a", "b"]), (2, ["1", "2"])]),
        (b"a;b\r1;2\r", [(1, ["a", "b"]), (2, ["1", "2"])]),
        (b"\xef\xbb\xbfa;b\n1;2\n", [(1, ["a", "b"]), (2, ["1", "2"])]),
        ("Straße;Ort\nÄh;Öh\n".encode("cp1252"), [(1, ["Straße", "Ort"]), (2, ["Äh", "Öh"])]),
        ("Straße;Ort\nÄh;Öh\n".encode(), [(1, ["Straße", "Ort"]), (2, ["Äh", "Öh"])]),
        (b'a;b\n"1;1";2\n', [(1, ["a", "b"]), (2, ["1;1", "2"])]),
        (b'a;b\n"zwei\nZeilen";2\n3;4\n', [(1, ["a", "b"]), (2, ["zwei\nZeilen", "2"]), (4, ["3", "4"])]),
        (b'a;b\n"er sagte ""ja""";2\n', [(1, ["a", "b"]), (2, ['er sagte "ja"', "2"])]),
        (b"a;b\n\n;;\n1;2\n", [(1, ["a", "b"]), (4, ["1", "2"])]),
        (b'"a,x";b;c\n1;2;3\n', [(1, ["a,x", "b", "c"]), (2, ["1", "2", "3"])]),
    ],
)
def test_a_table_is_read_however_it_was_saved(content, expected):
    assert cells(content) == expected


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (b'5" Rohr;x', "quotes"),
        (b'"offen;x', "quotes"),
        (b'"a"b;x', "quotes"),
        (b"a\0b;x", "nul"),
        (b"\xff\xfe\x81;x", "signs"),
        (b"x" * 10_000_000 + b";y", "too_long"),
        (b'"' + b"x" * 10_000_000 + b'";y', "too_long"),
    ],
    ids=["lone quote", "open quote", "text behind a quote", "NUL", "no letters", "10 MB", "10 MB in quotes"],
)
def test_a_broken_row_costs_itself_alone(row, problem):
    good = "gut;ä\n".encode()
    found = cells(b"a;b\n" + good * 30 + row + b"\n" + good * 30)
    assert [line for line, what in found if what == problem] == [32]
    assert sum(what == ["gut", "ä"] for _line, what in found) == 60


def test_an_open_quotation_mark_at_the_end_is_named():
    assert cells(b'a;b\n1;2\n"offen;x')[-1] == (3, "quotes")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (b"PK\x03\x04rest", "excel"), (b"\xd0\xcf\x11\xe0rest", "excel"), (b"%PDF-1.7", "pdf"),
     ("a;b".encode("utf-16"), "utf16")],
)  # fmt: skip
def test_other_files_are_recognised(content, code):
    with pytest.raises(table.NotATable) as refused:
        read(content)
    assert refused.value.code == code


def test_a_long_file_never_stands_in_memory_as_a_whole(monkeypatch):
    import tracemalloc

    monkeypatch.setattr(table, "_PORTION", 4096)

    class Endless(io.RawIOBase):
        """A large file that is made as it is read."""

        def __init__(self):
            self.left = 900_000

        def readable(self):
            return True

        def seekable(self):
            return True

        def seek(self, *_where):
            return 0

        def readinto(self, buffer):
            size = min(len(buffer), self.left)
            buffer[:size] = (b"eins;zwei;drei\n" * (size // 15 + 1))[:size]
            self.left -= size
            return size

    tracemalloc.start()
    number = sum(1 for _ in table.records(io.BufferedReader(Endless()), encoding="utf-8"))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert number > 59_000
    assert most < 300_000
