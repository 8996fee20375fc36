import pytest
from crawleruseragents import CRAWLER_USER_AGENTS_DATA

from news.hits.bots import MISPLACED, is_robot

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
        "Wget/1.11.4 Red Hat modified",
        f"{IPHONE} WhatsApp/2.22.4.74 W",
        f"{ANDROID} Safari/537.36 Viber/11.9.5.8",
        f"{ANDROID} Safari/537.36 SogouMSE,SogouMobileBrowser/6.1.5",
        "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 coccocbrowser/47.0 Chrome/41.0.2272.119coccoc Safari/537.36",
        "Mozilla/5.0 (Linux; Android 15; RMX5101 Build/AP3A.240617.008; wv) Chrome/141.0.7390.97 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; U; Android 15; zh-CN; PKP110 Build/AP3A.240617.008) Chrome/100.0.4896.58 Quark/7.11.0.810",
        "Mozilla/5.0 (Linux; Android 6.0; CUBOT MAX) AppleWebKit/537.36 Chrome/77.0.3865.92 Mobile Safari/537.36",
        f"{ANDROID} Instagram 132.0.0.26 Android (26/8.0.0; 480dpi; 1080x2016; CUBOT; CUBOT_X18_Plus; CUBOT_X18_Plus)",
        "Dalvik/2.1.0 (Linux; U; Android 7.0; CUBOT NOTE Plus Build/NRD90M)",
        "Mozilla/5.0 (Linux; Android 6.0; VR BOT 552 PLUS) AppleWebKit/537.36 Chrome/78.0.3904.96 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 8.1.0; XBot_Senior Build/O11019) AppleWebKit/537.36 Chrome/65.0.3325.109 Mobile",
        "Mozilla/5.0 (Linux; Android 13; Spider 8) AppleWebKit/537.36 Chrome/124.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Linux; U; Android 4.3; en-us; HTC_Butterfly Build/JSS15J) AppleWebKit/534.30 Mobile Safari",
        "Mozilla/5.0 (Linux; Android 5.1; O+ Sonic) AppleWebKit/537.36 Chrome/80.0.3987.162 Mobile Safari/537.36",
        "Safari%20Technology%20Preview/15610.1.16.3 CFNetwork/1126 Darwin/19.5.0 (x86_64)",
        "Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) SamsungBrowser/3.0 Probed/1 Monitored/2 TV Safari/537.36",
        "Opera/9.80 (J2ME/MIDP; Opera Mini/9.80 (S60; SymbOS; Opera Mobi/23.348; U; en) Presto/2.5.25 Version/10.54",
        "NokiaC3-00/5.0 (08.65) Profile/MIDP-2.1 Configuration/CLDC-1.1 Mozilla/5.0 AppleWebKit/420+ Safari/420+",
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
        "",
        "-",
        "AcmeBot",
        "acme-bot/2.0",
        "acme_bot",
        "Mozilla/5.0 (compatible; Acme Web Crawler)",
        "acmecrawler4",
        "AcmeSpider 1",
        "Sogou web spider/4.0",
        "kube-probe/1.34",
        "Acme Prober/1.0",
        "Uptime Monitor",
        "agentslug.com - website monitoring tool",
        "SkypeUriPreview",
        "Acme/1.0 (+https://acme.example)",
        "Acme/1.0 (+ http://acme.example)",
        "Mozilla/5.0 (compatible; coccoc/1.0; +http://help.coccoc.com/)",
        "coccoc/1.0 ()",
        "Viber/12.8.0.1 CFNetwork/1121.2.2 Darwin/19.3.0",
        "GBWhatsApp/2.22.10.73 A",
        "Blackboard Safeassign",
        "Mozilla/5.0 (Linux; Android 8.0; Pixel 2 Build/OPD3.170816.012; Storebot-Google/1.0) Chrome/81.0 Mobile",
        "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) Chrome/141.0 Mobile (compatible; Googlebot/2.1)",
        "curl/8.0 (+http://robot.example)",
    ],
)
def test_robot_is_known(user_agent):
    assert is_robot(user_agent)


def test_what_is_misplaced_on_the_list_is_still_on_it():
    """A newer list may have mended some of it."""
    assert not MISPLACED - {each["pattern"] for each in CRAWLER_USER_AGENTS_DATA}


def test_robot_behind_kilobytes_of_nothing_costs_no_search():
    assert not is_robot("x" * 8000 + "Googlebot/2.1")
