import pytest

from news.hits.bots import is_robot

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
ANDROID = "Mozilla/5.0 (Linux; Android 16; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/146.0 Mobile"


@pytest.mark.parametrize(
    "user_agent",
    [
        CHROME,
        "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        "Mozilla/5.0 (Linux; arm_64; Android 12) AppleWebKit/537.36 Chrome/112.0 YaBrowser/23.5 Mobile Safari/537.36",
        f"{IPHONE} Instagram 354.0",
        f"{ANDROID} Safari/537.36 [FB_IAB/FB4A;FBAV/490.0;]",
        f"{ANDROID} Safari/537.36 MetaIAB Facebook",
        f"{ANDROID} Safari/537.36 Telegram-Android/11.4",
        "Lynx/2.9.2 libwww-FM/2.14 SSL-MM/1.4.1",
        "curl/8.14.1",
        "Wget/1.20.3 (linux-gnu)",
        "HTTPie/3.2.4",
        "",
    ],
)
def test_person_is_no_robot(user_agent):
    assert not is_robot(user_agent)


@pytest.mark.parametrize(
    "user_agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "TelegramBot (like TwitterBot)",
        "WhatsApp/2.24.20.89 A",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)",
        "Twitterbot/1.0",
        "Viber",
        "Feedly/1.0 (+http://www.feedly.com/fetcher.html; like FeedFetcher-Google)",
        "FreshRSS/1.24.0 (Linux; https://freshrss.org)",
        "WGETbot/1.0 (+http://wget.alanreed.org)",
        "PHP-Curl-Class/4.13.0 (+https://github.com/php-curl-class/php-curl-class)",
    ],
)
def test_robot_is_known(user_agent):
    assert is_robot(user_agent)


def test_robot_behind_kilobytes_of_nothing_costs_no_search():
    assert not is_robot("x" * 8000 + "Googlebot/2.1")
