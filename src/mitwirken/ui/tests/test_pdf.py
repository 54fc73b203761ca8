import io
from datetime import UTC, datetime

import pypdf
import pytest

from mitwirken.ui import pdf

AT = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "letter.typ"
    path.write_text("= Guten Tag #data.name\n#table(columns: 2, table.header([Was], [Wann]), [Fest], [#data.day])\n")
    return path


def made(template, **data):
    return pdf.render(template, {"name": "Ağnieszka Őz", "day": "3. Mai"} | data, title="Brief", lang="de", at=AT)


def test_a_pdf_says_its_language_its_title_and_its_structure(template):
    reader = pypdf.PdfReader(io.BytesIO(made(template)))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "de"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert reader.metadata.title == "Brief"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def test_names_from_the_neighbours_are_written_in_the_typeface_of_the_pages(template):
    reader = pypdf.PdfReader(io.BytesIO(made(template)))
    assert "Ağnieszka Őz" in reader.pages[0].extract_text()
    fonts = {font.get_object()["/BaseFont"] for font in reader.pages[0]["/Resources"]["/Font"].values()}
    assert all("AtkinsonHyperlegibleNext" in font for font in fonts)


def test_the_same_input_gives_the_same_file(template):
    assert made(template) == made(template)


def test_what_a_person_typed_is_text_and_never_a_program(template):
    reader = pypdf.PdfReader(io.BytesIO(made(template, name='#panic("x") $x$ *fett* @quelle')))
    assert '#panic("x") $x$ *fett* @quelle' in reader.pages[0].extract_text()
