"""How people are named: surnames that agree with sex, patronymics that agree with the father."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

DECLINED_ENDINGS = ("ов", "ев", "ёв", "ин")


@cache
def stock() -> dict[str, Any]:
    return tomllib.loads(files("senim_sandbox").joinpath("names.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Tradition:
    """One way of naming: ``kazakh``, ``russian`` or ``other``."""

    name: str

    @property
    def _names(self) -> dict[str, Any]:
        names: dict[str, Any] = stock()[self.name]
        return names

    def surname(self, rng: Random) -> str:
        """A family's surname, in the man's form."""
        return str(rng.choice(self._names["surnames"]))

    def given_name(self, rng: Random, sex: str, used: Collection[str] = ()) -> str:
        """A name none of ``used``: families do not call two children the same."""
        return str(rng.choice(sorted(set(self._names[sex]) - set(used))))

    def patronymic(self, father: str, sex: str) -> str:
        men = self._names["male"]
        if isinstance(men, Mapping):
            return str(men[father][1 if sex == "female" else 0])
        return f"{father}{'қызы' if sex == 'female' else 'ұлы'}"


def agree(surname: str, sex: str) -> str:
    """The surname as a person of this sex bears it: Омаров, Омарова; Ким, Ким."""
    return f"{surname}а" if sex == "female" and surname.endswith(DECLINED_ENDINGS) else surname
