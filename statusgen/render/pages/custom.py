"""The site's further pages, as content/pages has them."""

from collections.abc import Iterator

from statusgen.render import urls
from statusgen.render.pages.world import Page, World, first_words


def custom_pages(world: World) -> Iterator[Page]:
    """Give each page of content/pages."""
    for page in world.report.pages:
        yield Page(
            address=urls.page(page.id),
            title=page.title,
            description=first_words(page.text, page.title),
            changed=None,
            context={"own_page": page},
        )
