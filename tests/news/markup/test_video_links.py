import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.markup.sanitizer import VIDEO, sanitise
from news.markup.video_links import Video, parse_video

ID = "dQw4w9WgX-_"
OWN = "https://video.example.kz/embed/12"


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        (f"https://www.youtube.com/watch?v={ID}", f"youtube:{ID}"),
        (f"http://youtube.com/watch?feature=share&v={ID}&list=PL1", f"youtube:{ID}"),
        (f"https://m.youtube.com/watch/?v={ID}", f"youtube:{ID}"),
        (f"https://youtu.be/{ID}?si=abc", f"youtube:{ID}"),
        (f"youtu.be/{ID}", f"youtube:{ID}"),
        (f"www.youtube.com/watch?v={ID}", f"youtube:{ID}"),
        (f"https://www.youtube.com/shorts/{ID}", f"youtube:{ID}"),
        (f"https://www.youtube.com/live/{ID}?feature=share", f"youtube:{ID}"),
        (f"https://www.youtube.com/embed/{ID}?rel=0", f"youtube:{ID}"),
        (f"https://www.youtube-nocookie.com/embed/{ID}", f"youtube:{ID}"),
        (f"  https://YouTu.be/{ID}?t=90 ", f"youtube:{ID}@90"),
        (f"https://www.youtube.com/watch?v={ID}&t=1h2m3s", f"youtube:{ID}@3723"),
        (f"https://www.youtube.com/embed/{ID}?start=15", f"youtube:{ID}@15"),
        (f"https://youtu.be/{ID}?t=nonsense", f"youtube:{ID}"),
        (f"youtube:{ID}@90", f"youtube:{ID}@90"),
        (f'<iframe width="5" src="https://youtube.com/embed/{ID}?a=1&amp;start=5"></iframe>', f"youtube:{ID}@5"),
        (OWN, OWN),
        ("https://Video.Example.kz/w?id=1&t=«2»", "https://video.example.kz/w?id=1&t=%C2%AB2%C2%BB"),
    ],
)  # fmt: skip
def test_address_is_a_video(pasted, kept):
    assert parse_video(pasted) == Video(kept)
    assert parse_video(kept) == Video(kept)


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "https://www.youtube.com/",
        "https://www.youtube.com/@senate",
        "https://www.youtube.com/watch?v=short",
        f"https://youtu.be/{ID}extra",
        "https://video.example.kz/",
        "http://video.example.kz/embed/12",
        "https://video.example.kz:x/embed",
        "https://user@video.example.kz/embed",
        "https://localhost/embed",
        "https://[::1]/embed",
        "https://[/embed",
        "https://video.example.kz;script-src/embed",
        "https://video.example.kz/" + "a" * 300,
        "javascript://video.example.kz/%0aalert(1)",
        "data:text/html,x",
        "youtube:short",
        f'youtube:{ID}"onload="x',
    ],
)
def test_address_is_no_video(pasted):
    assert parse_video(pasted) is None


@given(st.text() | st.from_regex(r"https://[a-z.]{1,9}/[^/]*"))
def test_what_is_kept_is_fit_for_an_attribute_and_a_policy(pasted):
    video = parse_video(pasted)
    reference, host = (video.reference, video.host) if video else ("", "")

    assert set(reference) & set("\"'<> \n\\`") == set()
    assert set(host) & set("; ,'\"*") == set()


def test_video_is_watched_and_played_elsewhere():
    videos = [Video(f"youtube:{ID}"), Video(f"youtube:{ID}@90"), Video(OWN)]

    assert [(video.watch_url, video.player_url, video.host, video.site) for video in videos] == [
        (
            f"https://www.youtube.com/watch?v={ID}",
            f"https://www.youtube-nocookie.com/embed/{ID}?autoplay=1&rel=0",
            "www.youtube-nocookie.com",
            "YouTube",
        ),
        (
            f"https://www.youtube.com/watch?v={ID}&t=90s",
            f"https://www.youtube-nocookie.com/embed/{ID}?autoplay=1&rel=0&start=90",
            "www.youtube-nocookie.com",
            "YouTube",
        ),
        (OWN, OWN, "video.example.kz", "video.example.kz"),
    ]


# In a text

KEPT = f'<figure data-video="youtube:{ID}">Отырыс</figure>'
PICTURED = f'<figure data-video="youtube:{ID}">Отырыс<figure data-image="3"></figure></figure>'

WITH_SIGNS = f'<figure data-video="{OWN}?b=1&amp;c=2">&lt;b&gt; &amp;</figure>'


@pytest.mark.parametrize(
    ("html", "stored"),
    [
        (KEPT, KEPT),
        (f'<figure data-video="https://youtu.be/{ID}" class="x" onclick="y">Отырыс</figure>', KEPT),
        (f'A<figure data-video="youtube:{ID}"><p> <b>Отырыс</b> </p><br></figure>B', f"<p>A</p>{KEPT}<p>B</p>"),
        (f'<figure data-video="youtube:{ID}"></figure>', f'<figure data-video="youtube:{ID}"></figure>'),
        (f"<ul><li>A{KEPT}B</li></ul>", f"<ul><li>A</li></ul>{KEPT}<ul><li>B</li></ul>"),
        (f"<blockquote>A{KEPT}</blockquote>", f"<blockquote><p>A</p></blockquote>{KEPT}"),
        (f"<p>A {KEPT} B</p>", f"<p>A</p>{KEPT}<p>B</p>"),
        (WITH_SIGNS, WITH_SIGNS),
        ('<figure data-video="javascript:alert(1)">X</figure>', "<p>X</p>"),
        ('<figure data-video="&quot;&gt;<script>alert(1)</script>">X</figure>', "<p>X</p>"),
        (f'<p data-video="youtube:{ID}">X</p>', "<p>X</p>"),
        ("<figure>X</figure>", "<p>X</p>"),
        (PICTURED, PICTURED),
        (PICTURED.replace('"3">', '"3">X<figure data-image="4"></figure>'), PICTURED.replace("Отырыс", "ОтырысX")),
        (PICTURED.replace('"3"', '"3x"'), KEPT),
        (f'<iframe src="https://www.youtube.com/embed/{ID}"></iframe>', ""),
    ],
)  # fmt: skip
def test_text_keeps_exactly_one_form_of_video(html, stored):
    assert sanitise(html) == stored
    assert sanitise(str(sanitise(html))) == stored


@given(st.lists(st.sampled_from([
    KEPT, f'<figure data-video="https://youtu.be/{ID}">', "</figure>", "<p>", "</p>", "<ul><li>", "</li></ul>",
    "<table><tr><td>", "</table>", "<blockquote>", "<b>", "</b>", "A", " ", "<br>", "<hr>", "<h2>",
    "<figure data-video='x'>", "<figure data-image='3'>", PICTURED,
]), max_size=20).map("".join))  # fmt: skip
def test_any_tangle_of_videos_is_set_whole(html):
    once = str(sanitise(html))

    assert sanitise(once) == once
    assert once.count("data-video") == len(VIDEO.findall(once))
