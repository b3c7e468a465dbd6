"""The demo's result: one row per step, one column per host, with what was seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from steps import HOSTS, ROWS

WIDTH = 34


@dataclass
class Report:
    """What each host showed. Everything in ROWS that never turned up is a miss."""

    cells: dict[tuple[str, str], tuple[bool, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def record(self, step: dict[str, Any]) -> None:
        host, name, ok, seen = step["host"], step["step"], bool(step["ok"]), str(step["seen"])
        if name in ROWS:
            self.cells[host, name] = (ok, seen)
        elif not ok:
            self.note(host, f"{name}: {seen}")

    def note(self, host: str, text: str) -> None:
        self.notes.append(f"{host}: {text}")

    def passed(self) -> int:
        return sum(1 for host in HOSTS for row in ROWS if self.cells.get((host, row), (False,))[0])

    def failed(self) -> int:
        return len(HOSTS) * len(ROWS) - self.passed()

    def text(self) -> str:
        left = max(len(title) for title in ROWS.values())
        rule = "-" * left + ("-+-" + "-" * WIDTH) * len(HOSTS)
        lines = [" | ".join([" " * left, *(host.ljust(WIDTH) for host in HOSTS)]).rstrip(), rule]
        for row, title in ROWS.items():
            cells = [self._cell(host, row) for host in HOSTS]
            lines.append(" | ".join([title.ljust(left), *(cell.ljust(WIDTH) for cell in cells)]).rstrip())
        if self.notes:
            lines += ["", "what went wrong:", *(f"  {note}" for note in self.notes)]
        return "\n".join(lines)

    def _cell(self, host: str, row: str) -> str:
        if (host, row) not in self.cells:
            return "MISSING"
        ok, seen = self.cells[host, row]
        if not ok and len(seen) > WIDTH - 7:
            self.notes.append(f"{host}: {ROWS[row]}: {seen}")
        text = seen if ok else f"FAILED {seen}"
        return text if len(text) <= WIDTH else text[: WIDTH - 3] + "..."
