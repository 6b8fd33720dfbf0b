"""Drills behind `scripts/drill NAME`: what the product does while somebody means it ill."""
