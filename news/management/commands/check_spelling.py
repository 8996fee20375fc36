from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from news.content.text import text_of
from news.editorial.spellcheck import proofreaders
from news.models import TRANSLATIONS, Article


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.description = _(
            "Lists the words of articles that no dictionary knows. It uses Hunspell's dictionaries of the operating "
            "system (hunspell-kk, hunspell-ru, hunspell-en-gb) and the words for the spelling check in the admin."
        )
        parser.add_argument("articles", nargs="*", type=int, help=_("numbers of articles; all when none is given"))

    def handle(self, articles, **options):
        readers = proofreaders()
        if not readers:
            raise CommandError(_("No dictionary is installed: hunspell-kk, hunspell-ru and hunspell-en-gb are wanted."))
        for language in sorted(set(TRANSLATIONS) - {reader.language for reader in readers}):
            self.stderr.write(_("No dictionary is installed for this language, it is left out: %s") % language)
        chosen = Article.objects.order_by("pk")
        if articles:
            chosen = chosen.filter(pk__in=articles)
        checked = doubtful = 0
        for article in chosen.iterator(500):
            found = [(reader.language, reader.unknown(text_of(article, reader.language))) for reader in readers]
            for language, words in found:
                if words:
                    self.stdout.write(f"{article.pk} {language}: {', '.join(words)}")
            checked += 1
            doubtful += any(words for language, words in found)
        self.stdout.write(
            _("Articles checked: %(checked)d; with unknown words: %(doubtful)d.")
            % {"checked": checked, "doubtful": doubtful}
        )
