"""How much the site is used: counted in Redis, without a trace of who.

`counters` holds what a process counted until it goes to Redis, `traffic` counts requests in
front of the page cache, `figures` reads it all back for the console.
"""
