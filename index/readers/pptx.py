"""PPTX files, by python-pptx: slides are pages, their titles headings."""

from __future__ import annotations

import io
from typing import Any

from index.readers.archives import check_archive
from index.readers.builder import Builder
from index.readers.extract import Extract
from index.text.decode import Unreadable
from index.text.titles import clean_title, iso_date

_BROKEN = "the presentation is broken: open it in a presentation program and save it again as .pptx"


def from_pptx(data: bytes) -> Extract:
    """The texts, tables and speaker notes of all slides in order, each slide a page. Raises Unreadable."""
    import pptx

    builder = Builder()
    try:
        check_archive(data, "presentation")
        slides = pptx.Presentation(io.BytesIO(data))
        for number, slide in enumerate(slides.slides, 1):
            builder.page(number)
            title = slide.shapes.title
            if title is not None:
                builder.heading(title.text_frame.text, 1)
            for shape in slide.shapes:
                if title is None or shape.shape_id != title.shape_id:
                    _add_shape(builder, shape)
            if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
                for text in slide.notes_slide.notes_text_frame.text.split("\n"):
                    builder.paragraph(text)
        core = slides.core_properties
        name, date = clean_title(core.title or ""), iso_date(core.modified or core.created)
    except Unreadable:
        raise
    except Exception as error:  # a damaged archive can raise anything, from BadZipFile to KeyError
        raise Unreadable(_BROKEN) from error
    if not any(part.text for part in builder.parts):
        raise Unreadable("the presentation holds no text, only pictures: save its text in another file")
    return builder.extract(name, date if name else None)


def _add_shape(builder: Builder, shape: Any) -> None:
    """Add the text of a shape, of the shapes that it groups, or of its table."""
    for inner in getattr(shape, "shapes", ()):
        _add_shape(builder, inner)
    if getattr(shape, "has_table", False):
        group = builder.group()
        for number, row in enumerate(shape.table.rows):
            builder.row([cell.text for cell in row.cells], group, header=number == 0)
    elif getattr(shape, "has_text_frame", False):
        paragraphs = [(p.level, "".join(run.text for run in p.runs) or p.text) for p in shape.text_frame.paragraphs]
        filled = [(level, text) for level, text in paragraphs if text.strip()]
        if len(filled) == 1:
            builder.paragraph(filled[0][1])
            return
        group = builder.group()
        for level, text in filled:
            builder.add("item", f"- {text}", level + 1, group)
