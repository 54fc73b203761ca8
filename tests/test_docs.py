"""What the documents say must be true of the code; what the code asks for must be documented."""

import json
import re
import subprocess
import sys
import tomllib
from io import BytesIO
from pathlib import Path

import pytest
import wagtail
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not {".venv", "node_modules", "var", "content"} & set(path.relative_to(ROOT).parts)
)
PICTURES = ROOT / "docs" / "pictures"
SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:")
# Set by the Makefile for tests alone.
NOT_FOR_OPERATORS = {"TESTING"}


def links(page: Path) -> list[str]:
    """Every relative target of a page's links and pictures, without what stands in code."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(), flags=re.DOTALL)
    found = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    return [target for target in found if not SCHEME.match(target)]


def anchors(page: Path) -> set[str]:
    """The addresses of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_somewhere(page):
    for target in links(page):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def test_the_links_of_a_page_are_found():
    assert "docs/pictures/home.webp" in links(ROOT / "README.md")
    assert "docs/pictures/home-narrow.webp" in links(ROOT / "README.md")


def read_by_settings() -> set[str]:
    source = (ROOT / "src/mitwirken/config/settings.py").read_text()
    return set(re.findall(r"(?:env\.\w+|required)\(\s*\"([A-Z0-9_]+)\"", source))


def told_to_operators() -> set[str]:
    return set(re.findall(r"^#?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def test_every_setting_from_the_environment_is_explained():
    assert len(read_by_settings()) > 15
    assert read_by_settings() - NOT_FOR_OPERATORS == told_to_operators()


def all_text() -> str:
    return "\n".join(page.read_text() for page in PAGES)


def test_every_make_target_in_the_documents_exists():
    code = "\n".join(re.findall(r"`[^`\n]+`|^ {4}.+$", all_text(), re.MULTILINE))
    named = {word for line in re.findall(r"\bmake ((?:[a-z]+ ?)+)", code) for word in line.split()}
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"run", "test", "check", "journeys"} <= named
    assert named <= targets


def test_every_management_command_in_the_documents_exists():
    named = set(re.findall(r"manage\.py ([a-z_]+)", all_text()))
    assert {"work", "migrate", "load_content"} <= named
    assert named <= set(get_commands())


def test_every_management_command_of_ours_is_in_the_documents():
    ours = {name for name, app in get_commands().items() if app.startswith("mitwirken.")}
    internal = {"load_demo", "run"}  # behind `make run`
    assert ours - internal <= set(re.findall(r"manage\.py ([a-z_]+)", all_text()))


def glossary() -> list[tuple[str, str]]:
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \| [^|]+ \|$", (ROOT / "docs/glossary.md").read_text(), re.MULTILINE
    )
    return [(german, english) for german, english in rows if german not in ("Deutsch (Oberfläche)", "---")]


@pytest.mark.parametrize(("german", "english"), glossary(), ids=lambda word: word)
def test_a_capital_in_the_glossary_names_a_class(german, english):
    models = {model.__name__ for model in apps.get_models()}
    enums = {"Standing"}
    assert {word for word in re.findall(r"\w+", english) if word[0].isupper()} <= models | enums


def words_on_screen() -> set[str]:
    """Every German text of our apps and of the staff area around them, in lower case."""
    ours = [
        read_po(BytesIO(path.read_bytes()), locale="de")
        for path in (ROOT / "src").rglob("locale/de/LC_MESSAGES/django.po")
    ]
    wagtails = Path(wagtail.__file__).parent / "admin/locale/de/LC_MESSAGES/django.mo"
    found = set()
    for catalog in [*ours, read_mo(BytesIO(wagtails.read_bytes()))]:
        for message in catalog:
            forms = [message.string] if isinstance(message.string, str) else message.string
            found |= {form.lower() for form in forms}
    return found


def test_the_handbook_uses_the_words_of_the_screen():
    text = " ".join((ROOT / "docs/handbook.md").read_text().split())
    quoted = {word.lower() for word in re.findall("„([^“]+)“", text)}
    assert len(quoted) > 60
    assert not quoted - words_on_screen()


def test_the_table_of_personal_data_is_fresh():
    done = subprocess.run(
        [sys.executable, "scripts/privacy_table.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_is_published_about_the_software_agrees_with_it():
    told = (ROOT / "publiccode.yml").read_text()
    package = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    languages = re.search(r"^ +availableLanguages: \[(.+)\]$", told, re.MULTILINE)
    assert f"softwareVersion: {package['version']}\n" in told
    assert f"license: {package['license']}\n" in told
    assert languages[1].split(", ") == [code for code, _name in settings.LANGUAGES]


def test_the_numbers_published_about_the_content_are_right():
    told = (ROOT / "publiccode.yml").read_text()
    for file, key in (("formats.json", "formats"), ("cases.json", "cases")):
        number = count(ROOT / "content" / file, key)
        assert re.search(rf"\b{number}\b", told), f"{number} {key}"


def count(path: Path, key: str) -> int:
    content = json.loads(path.read_text())
    return len(content[key] if isinstance(content, dict) else content)


@pytest.mark.parametrize("picture", sorted(PICTURES.iterdir()), ids=lambda picture: picture.name)
def test_a_picture_is_small_and_shown(picture):
    assert picture.stat().st_size <= 150_000
    assert f"docs/pictures/{picture.name}" in links(ROOT / "README.md")
