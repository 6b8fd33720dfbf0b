"""Real-name check: is this name the one behind this identity number?

port      what a vendor answers, and how it fails
number    what can be told of a number without asking anybody (GB 11643)
vendors   the two vendors, each a table of its codes
"""

from webapp.backends.identity.number import InvalidPerson, Person, read_person
from webapp.backends.identity.port import IdentityVendor, Outcome, VendorAway, Verdict
from webapp.backends.identity.vendors import vendors

__all__ = [
    "IdentityVendor",
    "InvalidPerson",
    "Outcome",
    "Person",
    "VendorAway",
    "Verdict",
    "read_person",
    "vendors",
]
