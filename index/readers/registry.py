"""A folder of files → Documents."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from index.errors import CorpusError, ReadError
from index.readers.data import from_json, from_toml, from_yaml
from index.readers.docx import from_docx
from index.readers.epub import from_epub
from index.readers.extract import Extract
from index.readers.html import from_html
from index.readers.ignore import ignore_rule
from index.readers.mail import from_eml, from_mbox
from index.readers.markdown import from_markdown
from index.readers.markup import from_asciidoc, from_org, from_rst
from index.readers.notebook import from_notebook
from index.readers.pdf import from_pdf
from index.readers.plain import from_text, plain_blocks
from index.readers.plugins import plugin_readers
from index.readers.pptx import from_pptx
from index.readers.source_code import SUFFIXES as SOURCE_CODE
from index.readers.source_code import from_source_code
from index.readers.tables import from_delimited, from_xlsx
from index.text import boilerplate as clean
from index.text import titles
from index.text.decode import Unreadable, decode
from index.types import Block, Document, Failure, Span

MAX_BYTES = 50_000_000
NO_PROSE_SHARE = 0.8

Reader = Callable[[bytes], Extract]

# One line for each file ending. A reader takes the file's bytes, and raises Unreadable with a reason for its owner.
# Other packages add readers by an entry point in the group "citewell.readers", named as the ending without its dot.
_READERS: dict[str, Reader] = {
    ".txt": lambda data: from_text(decode(data)),
    ".text": lambda data: from_text(decode(data)),
    ".log": lambda data: from_text(decode(data)),
    ".md": lambda data: from_markdown(decode(data)),
    ".markdown": lambda data: from_markdown(decode(data)),
    ".mdx": lambda data: from_markdown(decode(data)),
    ".rst": lambda data: from_rst(decode(data)),
    ".adoc": lambda data: from_asciidoc(decode(data)),
    ".asciidoc": lambda data: from_asciidoc(decode(data)),
    ".org": lambda data: from_org(decode(data)),
    ".html": lambda data: from_html(decode(data, html=True)),
    ".htm": lambda data: from_html(decode(data, html=True)),
    ".xhtml": lambda data: from_html(decode(data, html=True)),
    ".pdf": from_pdf,
    ".docx": from_docx,
    ".pptx": from_pptx,
    ".xlsx": from_xlsx,
    ".csv": lambda data: from_delimited(decode(data)),
    ".tsv": lambda data: from_delimited(decode(data), "\t"),
    ".epub": from_epub,
    ".eml": from_eml,
    ".mbox": from_mbox,
    ".ipynb": lambda data: from_notebook(decode(data)),
    ".json": lambda data: from_json(decode(data)),
    ".jsonl": lambda data: from_json(decode(data)),
    ".yaml": lambda data: from_yaml(decode(data)),
    ".yml": lambda data: from_yaml(decode(data)),
    ".toml": lambda data: from_toml(decode(data)),
    **{suffix: (lambda data: from_source_code(decode(data))) for suffix in SOURCE_CODE},
}
_READERS |= plugin_readers()
SUFFIXES = frozenset(_READERS)
# The endings that a message names: what programs can save most files as.
_LISTED = ".docx, .html, .md, .pdf, .txt or .xlsx"
# Formats whose properties give the day on which a program wrote the file: a date in the file's name tells more.
_DATED_BY_PROGRAMS = frozenset((".pdf", ".docx", ".pptx", ".xlsx", ".epub"))
_NO_PROSE = frozenset(("code", "field", "table_header", "table_row", "markup", "page"))
# What systems and programs leave in folders; nobody means these as documents.
_LITTER = frozenset({"thumbs.db", "desktop.ini", "__macosx", "__pycache__"})


def source_name(path: Path, root: Path) -> str:
    """The name of a file in its corpus: relative to `root`, forward slashes, bytes that are not UTF-8 as `\\xNN`.

    Raises ValueError where `path` is not under `root`.
    """
    for base in (root, Path(os.path.abspath(root)), root.resolve()):
        if path.is_relative_to(base):
            name = path.relative_to(base).as_posix()
            return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    raise ValueError(f"{path} is not under {root}.")


def find_files(root: Path) -> tuple[list[Path], list[Failure]]:
    """The files of a corpus that can be read, and those that are not, both sorted by source name.

    Folders are searched to any depth; hidden files and folders are left out. A symbolic link is read when it leads to
    a file of the corpus that is not reached otherwise, and reported when it leads out of `root` or nowhere. What
    `.citewellignore` in `root` names is left out, see index/readers/ignore.py.
    Raises CorpusError where `root` is missing, no folder, or may not be opened.
    """
    if not root.exists():
        raise CorpusError(f"There is no folder {_show(root)}: give the path of the folder that holds your documents.")
    if not root.is_dir():
        raise CorpusError(f"{_show(root)} is a file, not a folder: give the path of the folder that holds it.")
    if not os.access(root, os.R_OK | os.X_OK):
        raise CorpusError(f"The folder {_show(root)} may not be read: give yourself the right to read it.")
    root = root.resolve()
    failures: list[Failure] = []
    links: list[Path] = []
    seen: set[Path] = {root}
    files = list(_walk(root, root, seen, links, failures))
    # Links last, so that a file is read under its own name where it has one. A followed link can add more links.
    while links:
        files.extend(_follow(links.pop(0), root, seen, links, failures))
    ignores = ignore_rule(root)
    return (
        sorted((p for p in files if not ignores(source_name(p, root))), key=lambda path: source_name(path, root)),
        sorted((f for f in failures if not ignores(f.source)), key=lambda failure: failure.source),
    )


def _show(path: Path) -> str:
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _walk(folder: Path, root: Path, seen: set[Path], links: list[Path], failures: list[Failure]) -> Iterator[Path]:
    """The readable files of a folder; what it saw goes to `seen`, symbolic links to `links`, the rest to `failures`."""
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError as error:
            failures.append(Failure(source_name(here, root), f"the folder cannot be opened ({error.strerror})"))
            continue
        real = here.resolve()
        for entry in entries:
            path, itself = Path(entry.path), real / entry.name
            if entry.name.startswith((".", "~$")) or entry.name.lower() in _LITTER:
                continue
            if entry.is_symlink():
                links.append(path)
            elif itself in seen:
                continue
            elif entry.is_dir():
                seen.add(itself)
                waiting.append(path)
            elif failure := _unsupported(path, root):
                failures.append(failure)
            else:
                seen.add(itself)
                yield path


def _follow(link: Path, root: Path, seen: set[Path], links: list[Path], failures: list[Failure]) -> Iterator[Path]:
    """The files that a symbolic link adds to the corpus: none where its target is outside or has been seen."""
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):
        reason = "a symbolic link that leads nowhere: remove it, or put the file in its place"
        failures.append(Failure(source_name(link, root), reason))
        return
    if not target.is_relative_to(root):
        reason = "a symbolic link that leads out of the folder is not followed: copy its target into the folder"
        failures.append(Failure(source_name(link, root), reason))
        return
    if target in seen:
        return
    seen.add(target)
    if target.is_dir():
        yield from _walk(link, root, seen, links, failures)
    elif failure := _unsupported(link, root):
        failures.append(failure)
    else:
        yield link


def _unsupported(path: Path, root: Path) -> Failure | None:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        kind = suffix or "no file ending"
        return Failure(source_name(path, root), f"this type of file is not read ({kind}): convert it to {_LISTED}")
    if not path.is_file():
        return Failure(source_name(path, root), "this is not a regular file: remove it from the folder")
    return None


def read(path: Path, root: Path) -> Document:
    """Read one file of the corpus in `root`.

    `text` is the decoded file for plain text and Markdown, character for character, and the extracted text otherwise.
    Raises ReadError, whose reason says what is wrong with the file and what to do.
    """
    source = source_name(path, root)
    try:
        data = _bytes(path)
        extract = _READERS[path.suffix.lower()](data)
    except Unreadable as error:
        raise ReadError(source, str(error)) from error
    blocks = extract.blocks or plain_blocks(extract.text, extract.body)
    content = _content(extract.text, extract.body)
    if not content:
        raise ReadError(source, "the file holds no text: remove it, or put text into it")
    blocks = tuple(block for block in blocks if block.kind != "heading" or _is_content(block, content))
    stem = source_name(Path(path.stem), Path())
    titled = extract.title or _first_line(extract, blocks, content, stem)
    return Document(
        source=source,
        title=titled or stem,
        date=_date(path, extract),
        text=extract.text,
        sha256=hashlib.sha256(data).hexdigest(),
        content=content,
        hidden=extract.hidden,
        blocks=blocks,
    )


def _is_content(block: Block, content: tuple[Span, ...]) -> bool:
    return any(block.start < span.end and span.start < block.end for span in content)


def _first_line(extract: Extract, blocks: tuple[Block, ...], content: tuple[Span, ...], stem: str) -> str | None:
    """The first line as the title, where it can be one; not of code, data and tables, nor of several headings."""
    if _is_no_prose(extract, blocks):
        return None
    headed = any(block.kind == "heading" for block in blocks)
    return None if headed and titles.says_something(stem) else titles.from_content(extract.text, content, stem)


def _is_no_prose(extract: Extract, blocks: tuple[Block, ...]) -> bool:
    """Whether a file is code, data or a table throughout, so that its first line is no title."""
    covered = sum(block.end - block.start for block in blocks if block.kind in _NO_PROSE)
    return covered > NO_PROSE_SHARE * len(extract.text)


def _date(path: Path, extract: Extract) -> str | None:
    """A document's date: as the file says it, else of its name, else of its title."""
    named = titles.date_in_name(path.stem)
    said = (named, extract.date) if path.suffix.lower() in _DATED_BY_PROGRAMS else (extract.date, named)
    return next(filter(None, said), None) or titles.date_of_heading(extract.title or "")


def _bytes(path: Path) -> bytes:
    """A file's bytes; Unreadable where it is missing, too large, empty, not a file, or not ours to read."""
    if path.suffix.lower() not in SUFFIXES:
        raise Unreadable(f"this type of file is not read ({path.suffix or 'no file ending'}): convert it to {_LISTED}")
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable("this is not a regular file: remove it from the folder")
        if found.st_size > MAX_BYTES:
            size = f"{found.st_size / 1e6:.0f} MB"
            raise Unreadable(f"the file is too large ({size}, at most {MAX_BYTES // 1_000_000} MB): split it")
        data = path.read_bytes()
    except FileNotFoundError:
        raise Unreadable("the file is gone: it was moved or deleted while the folder was read") from None
    except PermissionError:
        raise Unreadable("you may not read this file: give yourself the right to read it") from None
    except OSError as error:
        raise Unreadable(f"the file cannot be opened ({error.strerror}): check the disk it is on") from error
    if not data.strip():
        raise Unreadable("the file is empty: remove it, or put text into it")
    return data


def _content(text: str, body: int) -> tuple[Span, ...]:
    """The content spans behind `body`: front matter and a leading date are text, not content."""
    return tuple(Span(start + body, end + body) for start, end in clean.content_spans(text[body:]))
