"""The catalogue: brands, series, trims and their values; filters, queries, import."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.catalogue import addresses, cli, queries, vocabulary
    from webapp.registry import PageVersion, register

    app.cli.add_command(cli.cars)
    app.jinja_env.globals.update(
        addresses=addresses,
        energy_labels=vocabulary.ENERGY_LABELS,
        confidence_labels=vocabulary.CONFIDENCE_LABELS,
        fitted_labels=vocabulary.FITTED_LABELS,
        fitted_signs=vocabulary.FITTED_SIGNS,
    )
    register(
        app,
        page_versions=[
            PageVersion("catalogue", queries.catalogue_version, changes=queries.catalogue_changes)
        ],
        task_labels={
            "tasks.cars.check_upload": "检查车库文件",
            "tasks.cars.collect_page_views": "汇总车型浏览量",
            "tasks.cars.forget_old_page_views": "清理旧的浏览量",
            "tasks.cars.import_upload": "导入车库文件",
            "tasks.cars.refresh_catalogue": "按日期更新车库",
            "tasks.cars.resume_batches": "续做中断的车库导入",
            "tasks.cars.sweep_uploads": "清理车库的上传文件",
            "tasks.cars.undo_batch": "撤销一批导入",
        },
    )
