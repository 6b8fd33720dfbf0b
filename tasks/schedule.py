"""What runs by the clock (Asia/Shanghai). A missed run is made up for by the next one."""

from __future__ import annotations

from typing import Any, Final

from celery.schedules import crontab

SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    "refresh the catalogue": {
        "task": "tasks.cars.refresh_catalogue",
        "schedule": crontab(hour="3", minute="10"),
    },
    "sweep accounts": {
        "task": "tasks.accounts.sweep",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "ask real names again": {
        "task": "tasks.accounts.retry_real_names",
        "schedule": crontab(minute="3-59/15"),
        "options": {"expires": 900},
    },
    "go on with uploads": {
        "task": "tasks.cars.resume_batches",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 300},
    },
    "delete old car uploads": {
        "task": "tasks.cars.sweep_uploads",
        "schedule": crontab(hour="4", minute="30"),
    },
    "go on with documents": {
        "task": "tasks.knowledge.resume_changes",
        "schedule": crontab(minute="2-59/5"),
        "options": {"expires": 300},
    },
    "delete old document uploads": {
        "task": "tasks.knowledge.sweep_uploads",
        "schedule": crontab(hour="4", minute="35"),
    },
    "sweep stored files": {
        "task": "tasks.media.sweep",
        "schedule": crontab(hour="4", minute="40"),
    },
    "back up and try it out": {
        "task": "tasks.upkeep.back_up",
        "schedule": crontab(hour="1", minute="20"),
    },
    "sweep task runs": {
        "task": "tasks.operations.sweep_runs",
        "schedule": crontab(minute="5-59/10"),
        "options": {"expires": 600},
    },
    "forget old conversations": {
        "task": "tasks.assistant.clean_up",
        "schedule": crontab(hour="4", minute="20"),
    },
    "forget guests long gone": {
        "task": "tasks.garage.sweep",
        "schedule": crontab(hour="4", minute="25"),
    },
    "send messages that had to wait": {
        "task": "tasks.notices.send_due",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "gather messages into digests": {
        "task": "tasks.notices.begin_digests",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "forget old notices": {
        "task": "tasks.notices.sweep",
        "schedule": crontab(hour="4", minute="15"),
    },
    "tell what newly matches": {
        "task": "tasks.saved.watch",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "forget old searches and prices": {
        "task": "tasks.saved.sweep",
        "schedule": crontab(hour="4", minute="27"),
    },
    "count what is looked at together": {
        "task": "tasks.recommend.count",
        "schedule": crontab(minute="17"),
        "options": {"expires": 3600},
    },
    "publish rankings": {
        "task": "tasks.rankings.publish_due",
        "schedule": crontab(hour="2", minute="0"),
    },
    "catch up with rankings": {
        "task": "tasks.rankings.publish_due",
        "schedule": crontab(minute="6-59/10"),
        "options": {"expires": 600},
    },
    "make the example videos": {
        "task": "tasks.watching.make_examples",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "forget who watched": {
        "task": "tasks.watching.sweep",
        "schedule": crontab(hour="4", minute="40"),
    },
    "tend deposits": {
        "task": "tasks.deposits.tend",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "compare payment bills": {
        "task": "tasks.deposits.compare_bills",
        "schedule": crontab(hour="10-23", minute="40"),
        "options": {"expires": 3600},
    },
    "heartbeat": {
        "task": "tasks.operations.heartbeat",
        "schedule": 60.0,
        # A worker that was away must not work off all the beats it missed.
        "options": {"expires": 60},
    },
    "collect page views": {
        "task": "tasks.cars.collect_page_views",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "forget old page views": {
        "task": "tasks.cars.forget_old_page_views",
        "schedule": crontab(hour="3", minute="50"),
    },
    "bring the search index up to date": {
        "task": "tasks.search.sync_index",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "bring page views into the search index": {
        "task": "tasks.search.sync_index",
        "schedule": crontab(minute="40"),
        "kwargs": {"always": True},
    },
    "refresh the shipped documents": {
        "task": "tasks.knowledge.refresh_shipped",
        "schedule": crontab(hour="3", minute="40"),
    },
    "go on with videos": {
        "task": "tasks.videos.go_on",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "remove what videos left behind": {
        "task": "tasks.videos.sweep",
        "schedule": crontab(hour="4", minute="50"),
    },
    "bring the knowledge base up to date": {
        "task": "tasks.knowledge.bring_up_to_date",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
}
