"""Tables of the catalogue.

Facts are append-only: a `Value` row is never changed, a newer one supersedes it and keeps
its source, month and confidence. The columns of `Trim` below "projection" are derived from
the current values (see `projection.py`) so that one SQL statement can filter and sort; they
can be rebuilt from `Value` at any time. Unknown is NULL everywhere and never 0.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    Date,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.catalogue.state import TRANSITIONS
from webapp.catalogue.vocabulary import (
    BODIES,
    CONFIDENCES,
    ENERGIES,
    FITTED,
    SALES_CONFIDENCES,
    SCOPES,
    SIZES,
    STATUSES,
    unit_word,
)
from webapp.columns import UtcDateTime, one_of, utc_now
from webapp.extensions import Model

BATCH_STATES: Final = (
    "checking",
    "checked",
    "importing",
    "imported",
    "undoing",
    "undone",
    "failed",
)


def _where_set(name: str, column: str, of: tuple[str, ...] = ()) -> Index:
    """An index (by `of` where it is given) of the few rows in which a column says anything."""
    said = text(f"{column} IS NOT NULL")
    return Index(name, *(of or (column,)), sqlite_where=said, postgresql_where=said)


class Brand(Model):
    """品牌. `origin` is the brand's home country in the words of the vocabulary."""

    __tablename__ = "brand"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    origin: Mapped[str | None] = mapped_column(String(10))
    initial: Mapped[str] = mapped_column(String(1), index=True)
    pinyin: Mapped[str] = mapped_column(String(120))
    aliases: Mapped[str] = mapped_column(String(300), default="")
    """Other names, separated by spaces."""

    series: Mapped[list[Series]] = relationship(back_populates="brand")


class Maker(Model):
    """厂商: the company that builds the car, such as 广汽丰田."""

    __tablename__ = "maker"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)


class Series(Model):
    """车系. `energies` lists the energy kinds of its trims, in vocabulary order, spaces between."""

    __tablename__ = "series"
    __table_args__ = (
        UniqueConstraint("brand_id", "name"),
        one_of("body", BODIES),
        one_of("size", SIZES),
        one_of("status", STATUSES),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    maker_id: Mapped[int | None] = mapped_column(ForeignKey("maker.id"), index=True)
    name: Mapped[str] = mapped_column(String(80), index=True)
    pinyin: Mapped[str] = mapped_column(String(200))
    aliases: Mapped[str] = mapped_column(String(300), default="")
    # projection of its trims and sales
    body: Mapped[str | None] = mapped_column(String(6))
    size: Mapped[str | None] = mapped_column(String(6))
    energies: Mapped[str] = mapped_column(String(40), default="")
    status: Mapped[str | None] = mapped_column(String(4))
    price_min_fen: Mapped[int | None] = mapped_column(BigInteger)
    price_max_fen: Mapped[int | None] = mapped_column(BigInteger)
    sales_recent: Mapped[int | None] = mapped_column(index=True)
    """Units of the newest retail month known, see `sales_period`."""
    sales_period: Mapped[str | None] = mapped_column(String(7))

    brand: Mapped[Brand] = relationship(back_populates="series")
    maker: Mapped[Maker | None] = relationship()
    trims: Mapped[list[Trim]] = relationship(back_populates="series")


class Trim(Model):
    """车型: one version of one model year. `key` is the importer's stable name for it."""

    __tablename__ = "trim"
    __table_args__ = (
        one_of("energy", ENERGIES),
        one_of("body", BODIES),
        one_of("size", SIZES),
        one_of("status", STATUSES),
        Index("ix_trim_series_id_model_year", "series_id", "model_year"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    name: Mapped[str] = mapped_column(String(120))
    """The version without series and year, such as “双擎 2.0HE 精英版”."""
    model_year: Mapped[int | None] = mapped_column(index=True)
    status: Mapped[str | None] = mapped_column(String(4))
    launch: Mapped[str | None] = mapped_column(String(7), index=True)
    """Launch month, YYYY-MM."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), index=True)
    """The batch that brought it, where it was one."""

    # projection of current values, see projection.py
    price_fen: Mapped[int | None] = mapped_column(BigInteger, index=True)
    dealer_price_fen: Mapped[int | None] = mapped_column(BigInteger)
    """The lowest price dealers were asking in the month of its value."""
    energy: Mapped[str | None] = mapped_column(String(4), index=True)
    range_km: Mapped[int | None]
    range_cycle: Mapped[str | None] = mapped_column(String(4))
    battery_kwh: Mapped[float | None]
    fuel_l_100km: Mapped[float | None]
    power_kw: Mapped[float | None]
    torque_nm: Mapped[float | None]
    accel_0_100_s: Mapped[float | None]
    seats: Mapped[int | None]
    body: Mapped[str | None] = mapped_column(String(6), index=True)
    size: Mapped[str | None] = mapped_column(String(6))
    drive: Mapped[str | None] = mapped_column(String(4))
    gearbox: Mapped[str | None] = mapped_column(String(4))
    length_mm: Mapped[int | None]
    width_mm: Mapped[int | None]
    height_mm: Mapped[int | None]
    wheelbase_mm: Mapped[int | None]
    displacement_l: Mapped[float | None]
    cylinders: Mapped[int | None]
    aspiration: Mapped[str | None] = mapped_column(String(4))
    transmission: Mapped[str | None] = mapped_column(String(5))
    gears: Mapped[int | None]
    chemistry: Mapped[str | None] = mapped_column(String(4))
    motors: Mapped[str | None] = mapped_column(String(3))
    consumption_kwh_100km: Mapped[float | None]
    fast_charge_min: Mapped[int | None]
    trunk_l: Mapped[int | None]
    fuel_tank_l: Mapped[float | None]
    ground_clearance_mm: Mapped[int | None]
    top_speed_kmh: Mapped[int | None]
    airbags: Mapped[int | None]
    door_kind: Mapped[str | None] = mapped_column(String(5))
    tyre_width_mm: Mapped[int | None]
    rim_inch: Mapped[int | None]
    centre_screen_in: Mapped[float | None]
    cell_maker: Mapped[str | None] = mapped_column(String(4))
    warranty_years: Mapped[int | None]
    ev_warranty: Mapped[str | None] = mapped_column(String(6))
    voltage_v: Mapped[int | None]
    wading_mm: Mapped[int | None]
    lidars: Mapped[int | None]
    features: Mapped[int] = mapped_column(default=0)
    """Bit i set: vocabulary.FEATURES[i] is fitted or optional."""
    features_known: Mapped[int] = mapped_column(default=0)
    """Bit i set: it is known whether the feature is there."""

    series: Mapped[Series] = relationship(back_populates="trims")

    @property
    def title(self) -> str:
        """Name without the series, as visitors read it: “2026款 双擎 2.0HE 精英版”."""
        return f"{self.model_year}款 {self.name}" if self.model_year else self.name


class Parameter(Model):
    """One row of the specification table, such as 轴距 in mm."""

    __tablename__ = "parameter"
    __table_args__ = (
        one_of("type", ("number", "text", "flag")),
        one_of("better", ("high", "low")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    section: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(60), unique=True)
    unit: Mapped[str | None] = mapped_column(String(20))
    type: Mapped[str] = mapped_column(String(6))
    better: Mapped[str | None] = mapped_column(String(4))
    """Whether a high or a low figure is the better one; NULL where neither is."""
    position: Mapped[int]

    @property
    def unit_word(self) -> str | None:
        return unit_word(self.unit)


class Source(Model):
    """Where values come from, as the importer named it."""

    __tablename__ = "source"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    url: Mapped[str | None] = mapped_column(String(300))


class Value(Model):
    """What one source said of one parameter of one trim in one month.

    It is a `number` in the parameter's unit (`text` then keeps a cell that said more, such as
    "5 ○ 7"), or `text`, or `fitted` (`text` may add detail). The current row
    has no `superseded_at`.
    """

    __tablename__ = "value"
    __table_args__ = (
        Index(
            "uq_value_current",
            "trim_id",
            "parameter_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        _where_set("ix_value_superseded", "superseded_at", ("trim_id", "parameter_id")),
        _where_set("ix_value_batch_id", "batch_id"),
        _where_set("ix_value_ended_by", "ended_by"),
        one_of("fitted", FITTED),
        one_of("confidence", CONFIDENCES),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    trim_id: Mapped[int] = mapped_column(ForeignKey("trim.id", ondelete="CASCADE"))
    parameter_id: Mapped[int] = mapped_column(ForeignKey("parameter.id"))
    number: Mapped[float | None]
    text: Mapped[str | None] = mapped_column(String(2000))
    fitted: Mapped[str | None] = mapped_column(String(8))
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    captured: Mapped[str] = mapped_column(String(7))
    """Month in which the source said so, YYYY-MM."""
    confidence: Mapped[str] = mapped_column(String(8))
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    """The batch that superseded it."""


class Batch(Model):
    """What came into the catalogue together: one uploaded file, or one value set by hand.

    An upload waits (`checked`) until its dry run was read and its import asked for; a `failed`
    one can be asked for again. `before` is JSON: id of a trim to those of its identifying
    columns that the batch changed, as they were.
    """

    __tablename__ = "batch"
    __table_args__ = (one_of("kind", ("upload", "edit")), one_of("state", BATCH_STATES))
    __transitions__ = TRANSITIONS
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(6))
    title: Mapped[str] = mapped_column(String(200))
    """The file's name, or which value of which trim."""
    state: Mapped[str] = mapped_column(String(9))
    done: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int] = mapped_column(default=0)
    report: Mapped[str] = mapped_column(default="{}")
    """JSON: the counts, the columns of the file, and the first rejected rows, warnings and
    changes."""
    plan: Mapped[str] = mapped_column(default="{}")
    """JSON: what staff said about the columns, as `reading.header.Plan` has it."""
    reason: Mapped[str | None] = mapped_column(String(300))
    """Why a correction was made, where somebody said so."""
    before: Mapped[str] = mapped_column(default="{}")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its worker last said that it goes on."""
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ExplainedDoubt(Model):
    """Why a value that looks implausible is right. It holds for what the doubt `said` alone: other
    figures are doubtful anew."""

    __tablename__ = "explained_doubt"
    __table_args__ = (UniqueConstraint("trim_id", "rule"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    trim_id: Mapped[int] = mapped_column(ForeignKey("trim.id", ondelete="CASCADE"))
    rule: Mapped[str] = mapped_column(String(20))
    """A key of `reading.plausible.RULES`."""
    said: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(300))
    explained_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class ColumnPlan(Model):
    """What staff last said about the columns of files from one source, to be proposed again."""

    __tablename__ = "column_plan"
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(120), unique=True)
    columns: Mapped[str]
    """JSON: title of a column to the key of its field, empty for one that is left out."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Sales(Model):
    """Units of a series sold in a month; scopes are never added to or ranked with each other."""

    __tablename__ = "sales"
    __table_args__ = (
        UniqueConstraint("series_id", "period", "scope"),
        one_of("scope", SCOPES),
        one_of("confidence", SALES_CONFIDENCES),
        Index("ix_sales_scope_period", "scope", "period"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    period: Mapped[str] = mapped_column(String(7))
    scope: Mapped[str] = mapped_column(String(9))
    units: Mapped[int]
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    confidence: Mapped[str] = mapped_column(String(6), default="listed", server_default="listed")
    """“low” where the source does not say who counted."""


class ClassFigure(Model):
    """Median and spread of one field over all trims of a class (size, body, energy)."""

    __tablename__ = "class_figure"
    __table_args__ = (UniqueConstraint("size", "body", "energy", "field"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[str] = mapped_column(String(6))
    body: Mapped[str] = mapped_column(String(6))
    energy: Mapped[str] = mapped_column(String(4))
    field: Mapped[str] = mapped_column(String(20))
    low: Mapped[float]
    """Tenth percentile, in the field's unit (price in 万元)."""
    median: Mapped[float]
    high: Mapped[float]
    """Ninetieth percentile."""
    trims: Mapped[int]


class PageViews(Model):
    """How often the page of a trim or a series was opened on a day (UTC), robots left out."""

    __tablename__ = "page_views"
    __table_args__ = (one_of("kind", ("trims", "series")),)
    kind: Mapped[str] = mapped_column(String(6), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Of the trim or series; no foreign key, a count may outlive what it counted."""
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    views: Mapped[int]


class PairViews(Model):
    """How often two trims stood side by side in a comparison on a day in China, robots left out."""

    __tablename__ = "pair_views"
    low_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The lower id of the two trims; no foreign keys, as above."""
    high_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    views: Mapped[int]


class CatalogueVersion(Model):
    """One row; its number rises with each change of the catalogue, so that caches can tell."""

    __tablename__ = "catalogue_version"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CatalogueChange(Model):
    """The version at which a subject of `catalogue.subjects` changed last; "" is everything."""

    __tablename__ = "catalogue_change"
    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    number: Mapped[int]
