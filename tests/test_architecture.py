"""The rules of docs/architecture.md that a machine can keep."""

import ast
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "mitwirken"
FORBIDDEN_NAMES = {"utils", "helpers", "common", "mixins", "services", "misc"}
MOST_LINES = 500


def apps() -> list[Path]:
    return sorted(path.parent for path in SOURCE.rglob("apps.py"))


def python_files() -> list[Path]:
    return [path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]


def product_files() -> list[Path]:
    """Python that runs in production: no tests, no samples."""
    return [path for path in python_files() if "tests" not in path.parts and path.stem != "samples"]


@pytest.mark.parametrize("path", python_files(), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_a_file_can_be_read_in_one_sitting(path):
    assert len(path.read_text().splitlines()) <= MOST_LINES


def test_nothing_is_called_utils():
    assert not [path for path in python_files() if path.stem in FORBIDDEN_NAMES]


@pytest.mark.parametrize("app", apps(), ids=lambda app: app.relative_to(SOURCE).as_posix())
def test_every_app_says_what_it_is_for(app):
    if app.name in ("demo",):
        return
    assert (app / "README.md").exists()


def test_only_the_clock_asks_for_the_time():
    asks = re.compile(r"timezone\.now\(|datetime\.now\(|date\.today\(|timezone\.localdate\(\)")
    allowed = {SOURCE / "core/clock.py", SOURCE / "demo/actions.py"}
    guilty = [path for path in product_files() if path not in allowed and asks.search(path.read_text())]
    assert not guilty


def called_by(function: ast.FunctionDef, others: dict[str, ast.FunctionDef]) -> set[str]:
    """The names this function calls, through other functions of its file too."""
    names = {ast.unparse(call.func).split(".")[-1] for call in ast.walk(function) if isinstance(call, ast.Call)}
    for name in [name for name in names if name in others and others[name] is not function]:
        names |= called_by(others[name], {key: other for key, other in others.items() if key != name})
    return names


def actions() -> list[tuple[str, set[str]]]:
    """Every public function in an actions file that changes rows (it opens a transaction), and what it calls."""
    found = []
    for path in product_files():
        if path.stem != "actions" and path.parent.name != "actions":
            continue
        functions = {node.name: node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}
        for name, node in functions.items():
            if any("atomic" in ast.unparse(mark) for mark in node.decorator_list) and not name.startswith("_"):
                found.append((f"{path.relative_to(SOURCE).as_posix()}:{name}", called_by(node, functions)))
    return found


@pytest.mark.parametrize(("name", "calls"), actions(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_action_leaves_a_trace(name, calls):
    assert "record" in calls, f"{name} changes rows but writes no audit row"


def test_only_ui_knows_how_things_look():
    outside = [path for path in SOURCE.rglob("*.html") if SOURCE / "ui" not in path.parents]
    assert not [path for path in outside if 'class="kern-' in path.read_text() or " kern-" in path.read_text()]


@pytest.mark.parametrize(
    "pattern", [r"<script(?![^>]*(src=|type=\"application/(ld\+)?json\"))", r"\sstyle=\"", r"\son\w+=\""]
)
def test_no_template_needs_a_looser_content_policy(pattern):
    public = [
        path
        for path in SOURCE.rglob("*.html")
        # Mail programs know no style sheets; the admin has a policy of its own.
        if "mail" not in path.parts and "wagtailadmin" not in path.parts and "staff" not in path.parts
    ]
    assert not [path for path in public if re.search(pattern, path.read_text())]


def test_the_platform_never_names_a_module():
    modules = [path.name for path in (SOURCE / "modules").iterdir() if (path / "apps.py").exists()]
    imports = re.compile(r"^\s*(from|import)\s+mitwirken\.modules", re.MULTILINE)
    below = [
        path for app in ("core", "ui", "city", "accounts", "box", "portal") for path in (SOURCE / app).rglob("*.py")
    ]
    assert modules
    assert not [path for path in below if imports.search(path.read_text())]


# Doors that must stay open however often they are used, each with its reason.
UNLIMITED = {
    "pool/views/leaving.py": "leaving works at once and always (RFC 8058); the token guards it",
    "demo/views.py": "only mounted where DEMO is set",
}


def public_views() -> set[Path]:
    """The files of views that a public URLconf names; staff pages are mounted by hooks."""
    found = set()
    for urls in SOURCE.rglob("urls.py"):
        for node in ast.walk(ast.parse(urls.read_text())):
            if isinstance(node, ast.ImportFrom) and node.level == 1:
                folder = urls.parent / (node.module or "").replace(".", "/")
                found |= {folder / f"{alias.name}.py" for alias in node.names} | {folder.with_suffix(".py")}
    return {path for path in found if path.exists() and "views" in path.relative_to(SOURCE).as_posix()}


def test_every_public_form_has_a_limit():
    takes_posts = re.compile(r'method [!=]= "POST"|require_POST|require_http_methods')
    # The preference centre's door limits whatever is behind it.
    limited = re.compile(r"too_many|with_member")
    unlimited = {
        path.relative_to(SOURCE).as_posix()
        for path in public_views()
        if takes_posts.search(path.read_text()) and not limited.search(path.read_text())
    }
    assert unlimited == set(UNLIMITED), unlimited ^ set(UNLIMITED)
