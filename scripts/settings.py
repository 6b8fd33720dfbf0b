"""The product's settings without the product: for processes that must start fast and stay small.

`import webapp.config` would import all of `webapp` first, a second and 100 MB.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any


def by_file(name: str, path: str) -> Any:
    """A module or package of the application by its path, under a name of its own."""
    file = Path(__file__).resolve().parent.parent / path
    package = [str(file.parent)] if file.name == "__init__.py" else None
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=package)
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if TYPE_CHECKING:
    from webapp import config
    from webapp.config import ConfigError
else:
    config = by_file("chezhi_config", "webapp/config/__init__.py")
    ConfigError = config.ConfigError

__all__ = ["ConfigError", "by_file", "config"]
