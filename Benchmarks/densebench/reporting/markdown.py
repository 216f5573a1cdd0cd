"""The report's text. Rows that miss their bar, peers that are absent and results that are wrong all appear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..peers import PEERS
from ..results import Row, Run, Verdict
from ..works import OURS_C, OURS_PYTHON

TITLES = {
    "forward": "Forward passes",
    "adam": "Training steps with Adam",
    "fit": "A whole fit",
    "c": "From C",
    "gemm": "Products of matrices on one thread",
    "threads": "Products over threads",
    "scaling": "One thread and two in turns",
    "sharing": "Small works on one thread and on all",
    "concurrency": "Concurrent single rows",
    "width": "Sweep over the width",
    "rows": "Sweep over the rows",
    "shapes": "Other shapes",
    "steps": "Training steps of other shapes",
    "activations": "Activations",
    "import": "Import",
    "memory": "Memory of a fit",
}


def seconds(value: float) -> str:
    """A time with three digits and a unit that suits it."""
    for factor, unit in ((1.0, "s"), (1e3, "ms"), (1e6, "µs")):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def title(peer: str) -> str:
    return PEERS[peer].title if peer in PEERS else peer


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows) + "\n"


def one_line(row: Row) -> str:
    """A row as progress shows it."""
    parts = [f"{peer} {show(row, row.median(peer))}" for peer in row.samples]
    problems = [f"{peer}: {note}" for peer, note in row.notes.items() if not note.startswith("absent: not asked")]
    parts += [f"{peer} {seconds(facts['50'])}" for peer, facts in row.facts.items() if row.group == "latency"]
    return f"{row.name}: " + ", ".join(parts + problems)


def show(row: Row, value: float) -> str:
    return f"{value / 1e6:.1f} MB" if row.group == "memory" else seconds(value)


def verdict_cells(verdict: Verdict) -> list[str]:
    reached = "" if verdict.reached is None else f"{verdict.reached:.2f}"
    if verdict.spread:
        reached += f" ({verdict.spread[0]:.2f}...{verdict.spread[1]:.2f})"
    bound = "at most" if verdict.at_most else "at least"
    ceiling = "" if verdict.ceiling is None else f"{verdict.ceiling:.2f}"
    return [verdict.work, verdict.what, f"{bound} {verdict.at_least:g}", reached, ceiling, f"**{verdict.word}**"]


def headline(run: Run) -> str:
    """Every requirement with what was reached."""
    head = ["work", "measure", "required", "reached (quartiles of rounds)", "at the peak of the arithmetic", ""]
    return table(head, map(verdict_cells, run.verdicts))


def times(run: Run, group: str) -> str:
    """Medians and quartiles of everyone in a group; a note where someone has none."""
    rows = run.group(group)
    everyone = list(dict.fromkeys(peer for row in rows for peer in (*row.samples, *row.notes)))
    # A column that could only say "not asked for" says nothing.
    shown = [p for p in everyone if any(p in r.samples or "not asked for" not in r.notes.get(p, "") for r in rows)]
    lines = []
    for row in rows:
        cells = [row.name]
        for peer in shown:
            if peer in row.samples:
                low, high = row.spread(peer)
                cells.append(f"{show(row, row.median(peer))} ({show(row, low)}...{show(row, high)})")
            else:
                cells.append(row.notes.get(peer, "-"))
        ratio = row.ratio()
        best = row.best()
        cells.append(f"{ratio:.2f} ({title(best)})" if ratio is not None and best else "-")
        lines.append(cells)
    return table(["work", *map(title, shown), "best peer / ours"], lines)


def fractions(run: Run, group: str) -> str:
    """Works as fractions of the peak that was measured in the same rounds."""
    rows = [row for row in run.group(group) if row.facts.get("fractions")]
    everyone = list(dict.fromkeys(peer for row in rows for peer in row.facts["fractions"]))
    lines = []
    for row in rows:
        shares = row.facts["fractions"]
        cells = [f"{shares[peer]:.3f}" if peer in shares else "-" for peer in everyone]
        lines.append([row.name, *cells, f"{row.facts['peak_flops'] / row.median('peak') / 1e9:.0f}"])
    if not lines:
        return ""
    return "Fraction of the peak:\n\n" + table(["work", *map(title, everyone), "peak, GFLOP/s"], lines)


def latency(run: Run, picture: str | None) -> str:
    """The table of single rows' percentiles, and its plot."""
    lines = []
    for row in run.group("latency"):
        for peer in (OURS_C, "spin", *(p for p in row.facts if p not in (OURS_C, "spin"))):
            if peer in row.facts:
                name = "an empty loop of that length" if peer == "spin" else title(peer)
                lines.append([name, *(seconds(row.facts[peer][p]) for p in ("50", "99", "99.9"))])
        lines += [[title(peer), note, "", ""] for peer, note in row.notes.items() if "not asked" not in note]
    if not lines:
        return ""
    text = "## Latency of a single row\n\n784-128-10, one thread, every call timed by itself.\n\n"
    plot = f"\n![Latency of a single row]({picture})\n" if picture else ""
    return text + table(["", "p50", "p99", "p99.9"], lines) + plot


def conditions(run: Run) -> str:
    """Machine, settings and versions."""
    machine = [[key.replace("_", " "), str(value)] for key, value in run.machine.items()]
    settings = [[key.replace("_", " "), str(value)] for key, value in run.settings.items()]
    peers = []
    for name, about in run.peers.items():
        versions = about.get("versions", {})
        text = ", ".join(f"{k} {v}" for k, v in versions.items()) if versions else f"absent: {about.get('absent')}"
        pools = "; ".join(" ".join(map(str, pool.values())) for pool in about.get("thread_pools", []))
        peers.append([title(name), text, pools])
    return (
        "## Conditions\n\n"
        + table(["machine", run.started], machine)
        + "\n"
        + table(["setting", ""], settings)
        + "\n"
        + table(["library", "versions", "thread pools (library, version, kernels, threads)"], peers)
    )


def report(run: Run, pictures: dict[str, str]) -> str:
    """The whole report. `pictures` maps a group to the file of its plot."""
    missed = sum(verdict.met is False for verdict in run.verdicts)
    absent = sum(verdict.met is None for verdict in run.verdicts)
    met = len(run.verdicts) - missed - absent
    parts = [
        "# Results\n",
        f"{met} requirements met, {missed} missed, {absent} not measured. Times are medians, with quartiles in "
        "brackets; a ratio above 1 means that Dense is faster.\n",
        headline(run),
    ]
    if "headline" in pictures:
        parts.append(f"![Speed beside the best peer]({pictures['headline']})\n")
    for group, name in TITLES.items():
        if run.group(group):
            parts += [f"## {name}\n", times(run, group)]
            parts.append(fractions(run, group))
            if group in pictures:
                parts.append(f"![{name}]({pictures[group]})\n")
    parts += [latency(run, pictures.get("latency")), conditions(run)]
    ours = (OURS_PYTHON, OURS_C)
    problems = [
        f"- {row.name}: {title(peer)} {note}"
        for row in run.rows
        for peer, note in row.notes.items()
        if not note.startswith("absent") and (peer in ours or "UnsupportedError" not in note)
    ]
    if problems:
        parts += ["## Wrong or failed\n", "\n".join(problems) + "\n"]
    return "\n".join(part for part in parts if part)
