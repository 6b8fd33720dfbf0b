"""Stand-ins for the providers outside: logins, payments, the real-name check, a model.

For development, demos and tests; loopback only, everything in memory. Nothing here imports the
product, and what a provider verifies is verified by code of its own, so that an error made twice
cannot cancel itself out.
"""
