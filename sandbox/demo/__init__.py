"""The demo: Evergreen Pest & Lawn with twelve customers, three years of invoices and payments, and a year of estimates,
documents, visits and ratings; and Bluewave Pools next door.

The same every time on one day: dates count back from today, and what looks like chance comes from a fixed seed.
"""

from sandbox.demo.filling import Demo, fill
from sandbox.demo.past import Bill, History, Planned, plan
from sandbox.demo.till import Till

__all__ = ["Bill", "Demo", "History", "Planned", "Till", "fill", "plan"]
