"""What optimizers, losses, metrics, initializers and regularizers share: a registered name and settings.

A class names what the engine calls it (``registered``) and hands its arguments to ``_configure``; everything else,
such as the handle, ``get_config``, ``get`` by name, and equality, follows from these two. Arguments that Keras has and
the engine lacks go through ``refuse``.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from ._backend import Handle, library

Setting = float | bool | str | None
Self = TypeVar("Self", bound="Configured")


def refuse(owner: str, **arguments: tuple[Any, Any]) -> None:
    """Raises ``ValueError`` for the first argument whose value is not its default: ``name=(value, default)``."""
    for name, (value, default) in arguments.items():
        # What compares element by element, such as an array, is no default.
        if value is not default and not (isinstance(value, (bool, int, float, str)) and value == default):
            raise ValueError(f"{owner}: {name}={value!r} is not supported; leave it at its default, {default!r}")


def apply(kind: str, handle: int, setting: str, value: Any) -> None:
    """Sets one setting of an object of the C ABI; ``kind`` is "layer", "optimizer", ...

    A ``Configured`` value is set by its name, then by each of its settings.
    """
    if isinstance(value, Configured):
        apply(kind, handle, setting, value.registered)
        for name, inner in value.settings.items():
            apply(kind, handle, f"{setting}.{name}", inner)
    elif value is None or isinstance(value, str):
        getattr(library, f"{kind}_set_text")(handle, setting, value)
    else:
        getattr(library, f"{kind}_set")(handle, setting, float(value))


class Configured:
    """A kind of the engine's catalogue with its settings. Two are equal where kind and settings are."""

    kind: ClassVar[str]
    registered: ClassVar[str]

    settings: dict[str, Setting]

    def _configure(self, **settings: Setting) -> None:
        """Keeps the settings and has the engine check them."""
        self.settings = settings
        self.make()

    def make(self) -> Handle:
        """A new object of the C ABI with these settings. Raises what the engine says to a wrong one."""
        handle = Handle(
            getattr(library, f"{self.kind}_create")(self.registered), getattr(library, f"{self.kind}_destroy")
        )
        for name, value in self.settings.items():
            if value is not None:
                apply(self.kind, handle.value, name, value)
        return handle

    def get_config(self) -> dict[str, Any]:
        """The arguments from which ``from_config`` makes an equal object."""
        return dict(self.settings)

    @classmethod
    def from_config(cls: type[Self], config: dict[str, Any]) -> Self:
        return cls(**config)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), tuple(self.settings.items())))

    def __repr__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.get_config().items())
        return f"{type(self).__name__}({arguments})"


class Part(Configured):
    """A kind that lives inside a layer, such as an initializer: the engine checks it where the layer takes it."""

    def make(self) -> Handle:
        raise TypeError(f"{type(self).__name__} has no handle of its own")

    def _configure(self, **settings: Setting) -> None:
        self.settings = settings


def finder(base: type[Configured], classes: list[type[Any]], aliases: dict[str, type[Any]]) -> Any:
    """The ``get`` function of a catalogue: from a name, a class, a configuration or an object to an object.

    Names are class names ("GlorotUniform"), registered names ("glorot_uniform") and aliases ("mse").
    """
    noun = base.kind
    by_name: dict[str, type[Any]] = {**aliases}
    for cls in classes:
        by_name[cls.registered] = cls
        by_name[cls.__name__.lower()] = cls

    def get(identifier: Any) -> Any:
        if identifier is None or isinstance(identifier, base):
            return identifier
        if isinstance(identifier, str):
            found = by_name.get(identifier.lower())
            if found is None:
                valid = ", ".join(cls.registered for cls in classes)
                raise ValueError(f"unknown {noun} {identifier!r}; expected one of: {valid}")
            return found()
        if isinstance(identifier, type) and issubclass(identifier, base):
            return identifier()
        if isinstance(identifier, dict):
            name, config = described(identifier)
            found = by_name.get(name.lower())
            if found is not None:
                return found.from_config(config)
        raise ValueError(
            f"expected the name of a {noun} or an object of densepy.{noun}s, received {identifier!r}; "
            "kinds written in Python cannot run inside the engine"
        )

    get.__doc__ = f"The {noun} that a name, class, configuration or object stands for; None stays None."
    return get


def described(description: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Name and settings in a description: the engine's {"kind": ..., setting: ...} or ``serialize``'s."""
    if "class_name" in description:
        return str(description["class_name"]), description.get("config", {})
    return str(description.get("kind")), {name: value for name, value in description.items() if name != "kind"}


def serialize(value: Configured | None) -> dict[str, Any] | None:
    """``{"class_name", "config"}`` of a kind, which its ``get`` understands."""
    return None if value is None else {"class_name": type(value).__name__, "config": value.get_config()}
