"""Source code in pieces that fit on a page. Pure."""

from __future__ import annotations


def code_pages(content: str, limit: int) -> list[str]:
    """`content` in pieces of at most `limit` characters, cut at line ends where lines are that short. Joined, they are
    the content; an empty one has none."""
    pages, page = [], ""
    for line in content.splitlines(keepends=True):
        if page and len(page) + len(line) > limit:
            pages.append(page)
            page = ""
        page += line
        while len(page) > limit:
            pages.append(page[:limit])
            page = page[limit:]
    return [*pages, page] if page else pages
