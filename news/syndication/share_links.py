"""Links by which readers share an article: plain links, so that the page loads nothing from other sites."""

from urllib.parse import urlencode

from django.conf import settings

from news.models import Article


def links(article: Article) -> list[tuple[str, str]]:
    """Label and address for each network, for the article in the active language."""
    url = settings.SITE_URL + article.get_absolute_url()
    return [
        ("Telegram", "https://t.me/share/url?" + urlencode({"url": url, "text": article.title})),
        ("WhatsApp", "https://wa.me/?" + urlencode({"text": f"{article.title} {url}"})),
        ("Facebook", "https://www.facebook.com/sharer/sharer.php?" + urlencode({"u": url})),
        ("X", "https://x.com/intent/post?" + urlencode({"url": url, "text": article.title})),
    ]
