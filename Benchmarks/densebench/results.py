"""What a run leaves behind: rows of samples, and the statistics that every report takes from them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from .works import Requirement


@dataclass
class Row:
    """One work, measured: seconds per call in each round, by peer, and why a peer has none.

    `flops` are the operations of one call. `floors` are samples that are no peers: what everyone pays or nobody beats.
    """

    group: str
    name: str
    ours: str
    samples: dict[str, list[float]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    requirements: list[Requirement] = field(default_factory=list)
    flops: float = 0.0
    floors: tuple[str, ...] = ("peak",)
    facts: dict[str, Any] = field(default_factory=dict)

    def median(self, peer: str) -> float:
        return median(self.samples[peer])

    def spread(self, peer: str) -> tuple[float, float]:
        """The first and third quartile."""
        return quartiles(self.samples[peer])

    def best(self, among: Sequence[str] = ()) -> str | None:
        """The fastest peer (of `among`, if given), ours aside."""
        peers = [p for p in self.samples if p != self.ours and p not in self.floors and (not among or p in among)]
        return min(peers, key=self.median) if peers else None

    def ratio(self, among: Sequence[str] = ()) -> float | None:
        """How many times the best peer's median is ours, or None where one of them is missing."""
        peer = self.best(among)
        if peer is None or self.ours not in self.samples:
            return None
        return self.median(peer) / self.median(self.ours)

    def ratio_spread(self, among: Sequence[str] = ()) -> tuple[float, float] | None:
        """The quartiles of the ratio within each round: what is left of the noise when both suffer it alike."""
        peer = self.best(among)
        if peer is None or self.ours not in self.samples:
            return None
        pairs = zip(self.samples[peer], self.samples[self.ours], strict=False)
        return quartiles([theirs / ours for theirs, ours in pairs])


def quartiles(values: Sequence[float]) -> tuple[float, float]:
    if len(values) < 2:
        return values[0], values[0]
    parts = quantiles(values, n=4, method="inclusive")
    return parts[0], parts[2]


@dataclass
class Verdict:
    """A requirement against what was measured. `reached` is None where something needed is missing.

    `ceiling` is what a program would reach that takes no time but that of the arithmetic, where this is known.
    """

    work: str
    what: str
    at_least: float
    reached: float | None
    spread: tuple[float, float] | None = None
    at_most: bool = False
    ceiling: float | None = None

    @property
    def met(self) -> bool | None:
        if self.reached is None:
            return None
        return self.reached <= self.at_least if self.at_most else self.reached >= self.at_least

    @property
    def word(self) -> str:
        return {True: "met", False: "missed", None: "not measured"}[self.met]


@dataclass
class Run:
    """Everything of one run, as it is written to results.json."""

    started: str
    machine: dict[str, Any]
    settings: dict[str, Any]
    peers: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)

    def group(self, name: str) -> list[Row]:
        return [row for row in self.rows if row.group == name]

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1) + "\n")
