"""The product's settings without the product: for processes that must start fast and stay small.

`import webapp.config` would import all of `webapp` first, a second and 100 MB.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from webapp import config
    from webapp.config import ConfigError
else:

    def _config() -> Any:
        folder = Path(__file__).resolve().parent.parent / "webapp" / "config"
        spec = importlib.util.spec_from_file_location(
            "chezhi_config", folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        sys.modules[spec.name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    config = _config()
    ConfigError = config.ConfigError

__all__ = ["ConfigError", "config"]
