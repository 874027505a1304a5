"""A small drawn portrait for every person: no photograph of anybody, the same each time."""

import io
from functools import lru_cache
from random import Random

from PIL import Image, ImageDraw

SIZE = (148, 192)
_SCALE = 2
"""Shapes are written on a grid of 74 × 96 and drawn at twice the final size: edges come out smooth."""

BACKGROUNDS = ("#cfe6ee", "#dcedef", "#e8f0f2", "#e0f1f9")
SKINS = ("#f0d9c2", "#e8c9a8", "#dcb48c", "#f3dfcf")
HAIR = ("#2b2320", "#3d2c22", "#54382a", "#7a5a3c", "#1d1d22")
GREY_HAIR = ("#9a9a9c", "#c4c4c6")
CLOTHES = ("#0b5563", "#06343c", "#0a5a8c", "#71500a", "#7a3b4d", "#46595f")


@lru_cache(maxsize=1024)
def portrait(*, iin: str, sex: str, birth_year: int) -> bytes:
    """A PNG of at most 6 kB. The identifier is the seed, so a person always looks the same."""
    rng = Random(f"portrait/{iin}")
    background, skin, clothes = rng.choice(BACKGROUNDS), rng.choice(SKINS), rng.choice(CLOTHES)
    hair = rng.choice(GREY_HAIR if birth_year < 1965 else HAIR)
    image = Image.new("RGB", (74 * 2 * _SCALE, 96 * 2 * _SCALE), background)
    pen = _Pen(ImageDraw.Draw(image))
    if sex == "female":
        _long_hair(pen, hair, rng.choice((52, 60, 68)))
    pen.ellipse(4, 62, 70, 140, clothes)
    pen.box(30, 52, 44, 68, skin)
    pen.ellipse(29, 60, 45, 72, skin)
    pen.ellipse(25, 24, 49, 57, skin)
    _fringe(pen, hair, rng.choice((26, 28, 30)), short=sex == "male")
    _face(pen, hair, glasses=rng.random() < 0.2)
    if sex == "male" and birth_year < 2005 and rng.random() < 0.3:
        pen.arc(27, 38, 47, 57, 20, 160, hair, 5)
    return _png(image)


class _Pen:
    """Draws in the 74 × 96 grid."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self._draw = draw

    def _at(self, *numbers: float) -> tuple[float, ...]:
        return tuple(number * 2 * _SCALE for number in numbers)

    def ellipse(self, left: float, top: float, right: float, bottom: float, fill: str) -> None:
        self._draw.ellipse(self._at(left, top, right, bottom), fill=fill)

    def box(self, left: float, top: float, right: float, bottom: float, fill: str) -> None:
        self._draw.rounded_rectangle(
            self._at(left, top, right, bottom),
            radius=6 * _SCALE,
            fill=fill,
        )

    def arc(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        start: float,
        end: float,
        fill: str,
        width: float,
    ) -> None:
        box = self._at(left, top, right, bottom)
        self._draw.arc(box, start, end, fill=fill, width=int(width * _SCALE))

    def chord(self, left: float, top: float, right: float, bottom: float, fill: str) -> None:
        self._draw.chord(self._at(left, top, right, bottom), 180, 360, fill=fill)


def _long_hair(pen: _Pen, hair: str, length: float) -> None:
    pen.ellipse(18, 16, 56, 54, hair)
    pen.box(18, 34, 56, length, hair)


def _fringe(pen: _Pen, hair: str, depth: float, *, short: bool) -> None:
    side = 24 if short else 23
    pen.chord(side, 17, 74 - side, 2 * depth - 17 + 8, hair)


def _face(pen: _Pen, hair: str, *, glasses: bool) -> None:
    for x in (32, 42):
        pen.ellipse(x - 1.2, 39.4, x + 1.2, 41.8, "#10272d")
        pen.arc(x - 3, 35.5, x + 3, 40, 200, 340, hair, 2)
        if glasses:
            pen.arc(x - 4, 36.5, x + 4, 44.5, 0, 360, "#46595f", 2)
    pen.arc(33, 44, 41, 52, 25, 155, "#a2574b", 2)


def _png(image: Image.Image) -> bytes:
    small = image.resize(SIZE, Image.Resampling.LANCZOS).quantize(32)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()
