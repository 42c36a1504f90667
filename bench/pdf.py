"""What a PDF costs: the time to draw an invoice of forty lines, and what the library adds to the package."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median

from bench.table import Figure, shown
from chalicelib import paper as drawn_with
from chalicelib.billing import pdf
from chalicelib.billing.rules import Details, Invoice, Line
from chalicelib.tenants.rules import Company
from chalicelib.web.company_view import view
from infra import package

LINES, ROUNDS = 40, 50
LIBRARY = ("reportlab", "pillow")
ADDRESS = ("480 Pearl St", "Boulder, CO 80302")
FONTS = Path(drawn_with.__file__).parent / "fonts"


def measure() -> list[Figure]:
    first, taken = in_a_new_process(), []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        size = len(paper())
        taken.append(time.perf_counter() - start)
    sizes = library()
    fonts = sum(one.stat().st_size for one in FONTS.iterdir())
    return [
        shown(
            "money.pdf_40_lines", median(taken[1:]) * 1e3, "ms",
            f"median of {ROUNDS}; the first of a process, imports included, {first * 1e3:.0f} ms; {size / 1e3:.0f} kB",
        ),
        shown(
            "money.pdf_library", sizes.zipped / 1e6, "MB",
            f"{' and '.join(LIBRARY)}, pruned, with byte code, zipped; {sizes.unpacked / 1e6:.1f} MB unpacked on "
            f"{platform.machine()}; beside them {fonts / 1e6:.2f} MB of fonts",
        ),
    ]  # fmt: skip


def paper() -> bytes:
    """An invoice of forty lines, as a company writes one."""
    lines = tuple(Line(f"Treatment {one + 1} of the house and the yard", "2", 4_500, 9_000) for one in range(LINES))
    total = sum(one.amount for one in lines)
    issued, due = date(2026, 11, 22), date(2026, 12, 6)
    invoice = Invoice("01JD", "10241", "Quarterly pest control", "open", issued, due, "USD", total + 2_970)
    details = Details(lines, total, 2_970, "Sales tax", "Please leave the side gate unlocked.")
    company = Company("t", "evergreen", "Evergreen Pest & Lawn", "#2f6b3a", phone="(303) 555-0142", address=ADDRESS)
    return pdf.invoice(pdf.Stationery(view(company), "en"), invoice, details, ("Dana Whitfield", *ADDRESS))


def in_a_new_process() -> float:
    """Seconds for the first invoice, Babel's and the library's imports among them: once in a Lambda's life."""
    program = "import time; from bench import pdf; t = time.perf_counter(); pdf.paper(); print(time.perf_counter() - t)"
    command = [sys.executable, "-c", program]
    runs = [subprocess.run(command, cwd=package.ROOT, capture_output=True, text=True, check=True) for _ in range(5)]
    return median(float(one.stdout) for one in runs)


def library() -> package.Sizes:
    """The library as `infra.package` would zip it, by itself."""
    with tempfile.TemporaryDirectory() as folder:
        tree, archive = Path(folder, "tree"), Path(folder, "library.zip")
        for name in LIBRARY:
            for file in importlib.metadata.files(name) or ():
                if package.is_needed(Path(file)):
                    target = tree / file
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(Path(str(file.locate())), target)
        package.byte_compile(tree)
        package.write_zip(tree, archive)
        return package.sizes(archive)
