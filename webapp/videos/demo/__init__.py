"""示例视频: short films from our own drawings, so that there is something to watch at once."""
