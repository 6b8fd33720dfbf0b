"""schema.org descriptions (JSON-LD) of trims and series, for search engines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from webapp.catalogue import addresses
from webapp.catalogue.queries import SeriesHead, TrimRow
from webapp.catalogue.vocabulary import ENERGY_LABELS

Description = dict[str, Any]


def breadcrumbs(base: str, items: Sequence[tuple[str, str]]) -> Description:
    """`items` are (label, path) from the home page down."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": label, "item": base + path}
            for place, (label, path) in enumerate(items, start=1)
        ],
    }


def car(base: str, trim: TrimRow) -> Description:
    """One trim as a Car; what is unknown is left out."""
    described: Description = {
        "@context": "https://schema.org",
        "@type": "Car",
        "name": trim.full_name,
        "url": base + addresses.trim(trim.id),
        "brand": {"@type": "Brand", "name": trim.brand},
        "model": trim.series,
        "vehicleConfiguration": trim.name,
        "bodyType": trim.body,
        "fuelType": ENERGY_LABELS.get(trim.energy or ""),
        "vehicleModelDate": str(trim.model_year) if trim.model_year else None,
        "vehicleSeatingCapacity": trim.seats,
        "driveWheelConfiguration": trim.drive,
        "vehicleTransmission": trim.gearbox,
        "wheelbase": _quantity(trim.wheelbase_mm, "MMT"),
        "depth": _quantity(trim.length_mm, "MMT"),
        "width": _quantity(trim.width_mm, "MMT"),
        "height": _quantity(trim.height_mm, "MMT"),
        "accelerationTime": _quantity(trim.accel_0_100_s, "SEC"),
        "vehicleEngine": _engine(trim),
        "offers": _guide_price(trim.price_fen, trim.price_fen),
    }
    return {name: value for name, value in described.items() if value is not None}


def product(base: str, series: SeriesHead, trims: Sequence[TrimRow]) -> Description:
    """A series as a Product, its trims as variants' price span."""
    described: Description = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": series.branded_name,
        "url": base + addresses.series(series.id),
        "brand": {"@type": "Brand", "name": series.brand},
        "category": " ".join(part for part in (series.size, series.body) if part) or None,
        "offers": _guide_price(series.price_min_fen, series.price_max_fen, len(trims)),
    }
    return {name: value for name, value in described.items() if value is not None}


def _quantity(value: float | None, unit: str) -> Description | None:
    if value is None:
        return None
    return {"@type": "QuantitativeValue", "value": value, "unitCode": unit}


def _engine(trim: TrimRow) -> Description | None:
    power = _quantity(trim.power_kw, "KWT")
    torque = _quantity(trim.torque_nm, "NU")
    if power is None and torque is None:
        return None
    engine = {"@type": "EngineSpecification", "enginePower": power, "torque": torque}
    return {name: value for name, value in engine.items() if value is not None}


def _guide_price(low: int | None, high: int | None, offers: int = 1) -> Description | None:
    if low is None or high is None:
        return None
    # The maker's guide price: we sell nothing ourselves.
    price: Description = {
        "@type": "UnitPriceSpecification",
        "priceType": "https://schema.org/MSRP",
        "priceCurrency": "CNY",
    }
    if low == high:
        price["price"] = f"{low / 100:.2f}"
        return {
            "@type": "Offer",
            "price": price["price"],
            "priceCurrency": "CNY",
            "priceSpecification": price,
        }
    return {
        "@type": "AggregateOffer",
        "priceCurrency": "CNY",
        "lowPrice": f"{low / 100:.2f}",
        "highPrice": f"{high / 100:.2f}",
        "offerCount": offers,
    }
