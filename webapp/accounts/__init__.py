"""People: login through WeChat and QQ, sessions, identities, own data."""
