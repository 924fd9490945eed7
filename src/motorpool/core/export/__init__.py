"""Tables that leave: CSV, Excel, JSON, NDJSON and PDF, written in a stream from chunks of rows; and PDF documents."""

from motorpool.core.export.columns import Column, Heading, Kind, Rows
from motorpool.core.export.formats import FORMATS, Format, write_table
from motorpool.core.export.pdf import render_pdf

__all__ = ["FORMATS", "Column", "Format", "Heading", "Kind", "Rows", "render_pdf", "write_table"]
