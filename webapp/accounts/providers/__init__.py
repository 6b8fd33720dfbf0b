"""Login providers: WeChat (website and inside WeChat) and QQ, through Authlib.

base      what a login yields, and how it can fail
answers   reading what providers send back
wechat    WeChat's own ways of doing OAuth
qq        QQ's own ways
clients   the registered Authlib clients, and the callback from first byte to profile
"""
