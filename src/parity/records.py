"""What values are made of: msgspec's structs, frozen.

A struct's class is made in a tenth of the time that a dataclass takes, which every command pays for a hundred of them
before it begins; its values are made, compared and hashed in C. Where a value carries something that doesn't count when
values are compared, its class says so with `compared_without`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, TypeVar

from msgspec import NODEFAULT, Struct

_Class = TypeVar("_Class", bound=type[Struct])
_UNCOMPARED = "__uncompared__"


def compared_without(*names: str) -> Callable[[_Class], _Class]:
    """Let values of the class be equal, and hash alike, whatever they hold in these members."""

    def decorate(cls: _Class) -> _Class:
        compared = [name for name in cls.__struct_fields__ if name not in names]
        of: Callable[[object], object] = attrgetter(*compared) if compared else lambda _: ()

        def equal(self: object, other: object) -> bool:
            return of(self) == of(other) if type(other) is cls else NotImplemented

        def unequal(self: object, other: object) -> bool:
            return of(self) != of(other) if type(other) is cls else NotImplemented

        made: Any = cls
        made.__eq__ = equal
        made.__ne__ = unequal
        made.__hash__ = lambda self: hash(of(self))
        setattr(made, _UNCOMPARED, frozenset(names))
        return cls

    return decorate


def is_compared(cls: type[Struct], name: str) -> bool:
    """Whether a member counts when values of the class are compared."""
    return name not in getattr(cls, _UNCOMPARED, ())


def members(cls: type[Struct]) -> Iterator[tuple[str, object]]:
    """The members of a class in their order, each with its default, NODEFAULT where it has none."""
    names = cls.__struct_fields__
    without = len(names) - len(cls.__struct_defaults__)
    yield from zip(names, (*(NODEFAULT,) * without, *cls.__struct_defaults__), strict=True)


def shown_without(*names: str) -> Callable[[_Class], _Class]:
    """Leave these members out of the class's `repr`: secrets, and texts that are long."""

    def decorate(cls: _Class) -> _Class:
        shown = tuple(name for name in cls.__struct_fields__ if name not in names)

        def represent(self: object) -> str:
            return f"{cls.__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

        made: Any = cls
        made.__repr__ = represent
        return cls

    return decorate
