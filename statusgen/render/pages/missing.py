"""The page for those who are lost."""

from collections.abc import Iterator

from statusgen.render.language import gettext
from statusgen.render.pages.world import Page, World


def missing_page(_: World) -> Iterator[Page]:
    """Give the page for an address that does not exist."""
    title = gettext("Page not found")
    said = gettext("%(sentence)s.") % {"sentence": title}
    yield Page(address="404.html", title=title, description=said, changed=None, context={}, rooted=True, listed=False)
