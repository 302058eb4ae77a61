"""Figures for supervision: what a day came to, kept for each day that is over and counted anew for today."""

from dispatch.figures.keeping import keep_figures
from dispatch.figures.reading import Report, read_report

__all__ = ["Report", "keep_figures", "read_report"]
