"""What a module of participation tells the platform about itself; the platform never names a module."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Module:
    """One way of taking part (`ideas`, `survey` …), complete in one folder.

    `urls` is the dotted URLconf mounted at ``/vorhaben/<project>/<slug>/<step>/``; it must name its first
    route ``step``. `count(step)` is the number of things handed in, `rows(step)` streams them for export,
    `sample(step)` fills a step with believable demo rows, `paper_form` is a template to print.
    `settings_form` edits ``Step.settings``. `goals` and `channels` are codes of the toolbox: a project started
    from a format that shares one of each begins with this module. A module without goals takes what no other
    serves.
    """

    slug: str
    label: Any  # lazy translation
    icon: str
    urls: str
    action_label: Any = ""
    settings_form: type | None = None
    count: Callable[[Any], int] = lambda step: 0
    rows: Callable[[Any], Iterable[dict[str, Any]]] = lambda step: ()
    sample: Callable[..., None] = lambda step, **options: None
    paper_form: str = ""
    goals: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset(["digital", "hybrid"])


_modules: dict[str, Module] = {}


def register(module: Module) -> None:
    """Make a module known; called once from its AppConfig.ready()."""
    _modules[module.slug] = module


def get(slug: str) -> Module:
    """The module with this slug. Raises KeyError if no installed module has it."""
    return _modules[slug]


def modules() -> list[Module]:
    """All installed modules, in the order of settings.INSTALLED_APPS."""
    return list(_modules.values())


def serving(*, goals: Iterable[str], channel: str) -> Module:
    """The module for a format with these goals on this channel; else the one that fits anything."""
    wanted = set(goals)
    for module in modules():
        if module.goals & wanted and channel in module.channels:
            return module
    return next((module for module in modules() if not module.goals), modules()[0])
