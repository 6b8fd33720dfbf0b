"""Search engines behind one port: `port` says what an engine does, `generations` keeps index
folders apart, `analysis` cuts text into words."""
