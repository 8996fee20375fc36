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
            raise CommandError(_("No dictionary is installed: hunspell-kk, hunspell-ru and hunspell-en-gb are needed."))
        for language in sorted(set(TRANSLATIONS) - {reader.language for reader in readers}):
            self.stderr.write(_("No dictionary is installed for this language, so it is not checked: %s") % language)
        selected = Article.objects.order_by("pk")
        if articles:
            selected = selected.filter(pk__in=articles)
        checked = doubtful = 0
        for article in selected.iterator(500):
            unknown = [(reader.language, reader.unknown(text_of(article, reader.language))) for reader in readers]
            for language, words in unknown:
                if words:
                    self.stdout.write(f"{article.pk} {language}: {', '.join(words)}")
            checked += 1
            doubtful += any(words for language, words in unknown)
        self.stdout.write(
            _("Articles checked: %(checked)d; with unknown words: %(doubtful)d.")
            % {"checked": checked, "doubtful": doubtful}
        )
