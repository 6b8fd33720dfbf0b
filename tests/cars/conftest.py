"""The pages' tests start from the catalogue's own."""

from tests.catalogue.conftest import trims

__all__ = ["trims"]
