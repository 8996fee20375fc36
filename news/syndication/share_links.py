"""Where readers pass an article on: plain links, which load nothing from anybody."""

from urllib.parse import urlencode

from django.conf import settings

from news.models import Article


def links(article: Article) -> list[tuple[str, str]]:
    """Label and address for each network."""
    url = settings.SITE_URL + article.get_absolute_url()
    return [
        ("Telegram", "https://t.me/share/url?" + urlencode({"url": url, "text": article.title})),
        ("WhatsApp", "https://wa.me/?" + urlencode({"text": f"{article.title} {url}"})),
        ("Facebook", "https://www.facebook.com/sharer/sharer.php?" + urlencode({"u": url})),
        ("X", "https://x.com/intent/post?" + urlencode({"url": url, "text": article.title})),
    ]
