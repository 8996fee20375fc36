import datetime
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

HEADER = ("RUB", "USD", "EUR")
# Copied from rates.currencies as it was: a migration does not change with the code.
CURRENCIES = {
    "AED": ("БАӘ дирхамы", "дирхам ОАЭ", "UAE dirham"),
    "AMD": ("армян драмы", "армянский драм", "Armenian dram"),
    "AUD": ("Австралия доллары", "австралийский доллар", "Australian dollar"),
    "AZN": ("Әзербайжан манаты", "азербайджанский манат", "Azerbaijani manat"),
    "BRL": ("Бразилия реалы", "бразильский реал", "Brazilian real"),
    "BYN": ("Беларусь рублі", "белорусский рубль", "Belarusian rouble"),
    "CAD": ("Канада доллары", "канадский доллар", "Canadian dollar"),
    "CHF": ("Швейцария франкі", "швейцарский франк", "Swiss franc"),
    "CNY": ("Қытай юані", "китайский юань", "Chinese yuan"),
    "CZK": ("Чехия кронасы", "чешская крона", "Czech koruna"),
    "DKK": ("Дания кронасы", "датская крона", "Danish krone"),
    "EUR": ("еуро", "евро", "euro"),
    "GBP": ("Біріккен Корольдіктің фунт стерлингі", "фунт стерлингов Соединённого Королевства", "British pound sterling"),
    "GEL": ("Грузия лариі", "грузинский лари", "Georgian lari"),
    "HKD": ("Гонконг доллары", "гонконгский доллар", "Hong Kong dollar"),
    "HUF": ("Венгрия форинті", "венгерский форинт", "Hungarian forint"),
    "INR": ("Үндістан рупиясы", "индийская рупия", "Indian rupee"),
    "IRR": ("Иран риалы", "иранский риал", "Iranian rial"),
    "JPY": ("жапон йені", "японская иена", "Japanese yen"),
    "KGS": ("қырғыз сомы", "кыргызский сом", "Kyrgyz som"),
    "KRW": ("Оңтүстік Корея воны", "южнокорейская вона", "South Korean won"),
    "KWD": ("Кувейт динары", "кувейтский динар", "Kuwaiti dinar"),
    "MDL": ("Молдова лейі", "молдавский лей", "Moldovan leu"),
    "MXN": ("Мексика песосы", "мексиканское песо", "Mexican peso"),
    "MYR": ("Малайзия ринггиті", "малайзийский ринггит", "Malaysian ringgit"),
    "NOK": ("Норвегия кронасы", "норвежская крона", "Norwegian krone"),
    "PLN": ("Польша злотыйы", "польский злотый", "Polish zloty"),
    "RUB": ("Ресей рублі", "российский рубль", "Russian rouble"),
    "SAR": ("Сауд Арабиясының риялы", "риял Саудовской Аравии", "Saudi riyal"),
    "SEK": ("Швеция кронасы", "шведская крона", "Swedish krona"),
    "SGD": ("Сингапур доллары", "сингапурский доллар", "Singapore dollar"),
    "THB": ("Тайланд баты", "тайский бат", "Thai baht"),
    "TJS": ("тәжік сомониі", "таджикский сомони", "Tajikistani somoni"),
    "TRY": ("түрік лирасы", "турецкая лира", "Turkish lira"),
    "UAH": ("Украина гривнасы", "украинская гривна", "Ukrainian hryvnia"),
    "USD": ("АҚШ доллары", "доллар США", "US dollar"),
    "UZS": ("өзбек сомы", "узбекский сум", "Uzbekistani som"),
    "XDR": ("СДР (арнайы қарыз алу құқығы)", "СДР (специальные права заимствования)", "SDR (special drawing rights)"),
    "ZAR": ("Оңтүстік Африка ранді", "южноафриканский ранд", "South African rand"),
}


def create_currencies(apps, schema_editor):
    """Those the bank quotes, so that an editor can choose the header's before the first update."""
    Currency = apps.get_model("rates", "Currency")
    Currency.objects.bulk_create(
        Currency(
            code=code,
            name=kk,
            name_kk=kk,
            name_ru=ru,
            name_en=en,
            in_widget=code in HEADER,
            position=HEADER.index(code) + 1 if code in HEADER else 100,
        )
        for code, (kk, ru, en) in CURRENCIES.items()
    )


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BankAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_for', models.DateField(blank=True, help_text='Empty where the answer was read from a file.', null=True, verbose_name='asked for')),
                ('place', models.CharField(max_length=300, verbose_name='where it came from')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('compressed', models.BinaryField()),
                ('size', models.PositiveIntegerField(verbose_name='bytes')),
                ('fetched_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='fetched at')),
                ('confirmed_at', models.DateTimeField(default=django.utils.timezone.now, help_text='When the bank last answered with the same bytes.', verbose_name='confirmed at')),
            ],
            options={
                'verbose_name': 'answer of the bank',
                'verbose_name_plural': 'answers of the bank',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('asked_for', 'sha256'), name='one_such_answer_a_day'), models.UniqueConstraint(condition=models.Q(('asked_for__isnull', True)), fields=('sha256',), name='one_such_file')],
            },
        ),
        migrations.CreateModel(
            name='Currency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text='The three letters of ISO 4217, such as USD.', max_length=3, unique=True, validators=[django.core.validators.RegexValidator('^[A-Z]{3}\\Z', 'Three capital Latin letters, such as USD.')], verbose_name='code')),
                ('name', models.CharField(help_text='As in the middle of a sentence, for example “Australian dollar” or “euro”.', max_length=100, verbose_name='name')),
                ('name_kk', models.CharField(help_text='As in the middle of a sentence, for example “Australian dollar” or “euro”.', max_length=100, null=True, verbose_name='name')),
                ('name_ru', models.CharField(help_text='As in the middle of a sentence, for example “Australian dollar” or “euro”.', max_length=100, null=True, verbose_name='name')),
                ('name_en', models.CharField(help_text='As in the middle of a sentence, for example “Australian dollar” or “euro”.', max_length=100, null=True, verbose_name='name')),
                ('in_widget', models.BooleanField(default=False, help_text='Its rate stands at the top of every page.', verbose_name='in the header')),
                ('position', models.PositiveSmallIntegerField(default=100, help_text='Smaller numbers come first; equal ones follow the alphabet.', verbose_name='position')),
                ('jump_limit', models.DecimalField(decimal_places=2, default=Decimal('10'), help_text='A rate that differs from the one before it by more than this waits until somebody accepts it.', max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='greatest step, %')),
            ],
            options={
                'verbose_name': 'currency',
                'verbose_name_plural': 'currencies',
                'ordering': ['position', 'code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('code__regex', '^[A-Z]{3}$')), name='currency_code_is_three_capitals')],
            },
        ),
        migrations.CreateModel(
            name='Rate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(help_text='The day the rate holds for, not the day it was published.', verbose_name='day')),
                ('nominal', models.PositiveIntegerField(default=1, help_text='How many units of the currency the rate is for: 1, 10, 100 …', validators=[django.core.validators.MinValueValidator(1)], verbose_name='nominal')),
                ('value', models.DecimalField(decimal_places=4, help_text='Tenge for that many units.', max_digits=13, validators=[django.core.validators.MinValueValidator(Decimal('0.0001'))], verbose_name='rate')),
                ('change', models.DecimalField(blank=True, decimal_places=4, help_text='Against the rate before it.', max_digits=13, null=True, verbose_name='change')),
                ('state', models.CharField(choices=[('in_force', 'in force'), ('held_back', 'held back'), ('refused', 'refused'), ('replaced', 'replaced')], default='in_force', editable=False, max_length=9, verbose_name='state')),
                ('origin', models.CharField(choices=[('bank', 'National Bank'), ('hand', 'entered by hand')], default='bank', editable=False, max_length=4, verbose_name='origin')),
                ('stored_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='stored at')),
                ('reason', models.CharField(blank=True, help_text='Why it is entered by hand, and where the figure is from.', max_length=500, verbose_name='reason')),
                ('decided_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='decided at')),
                ('answer', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rates', to='rates.bankanswer', verbose_name='answer of the bank')),
                ('currency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='rates', to='rates.currency', verbose_name='currency')),
                ('decided_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('entered_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
            ],
            options={
                'verbose_name': 'rate',
                'verbose_name_plural': 'rates',
                'ordering': ['-day', 'currency__position', 'currency__code', '-id'],
            },
        ),
        migrations.CreateModel(
            name='HeldRate',
            fields=[
            ],
            options={
                'verbose_name': 'rate held back',
                'verbose_name_plural': 'rates held back',
                'ordering': ['day', 'currency__position', 'currency__code'],
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('rates.rate',),
        ),
        migrations.AddIndex(
            model_name='rate',
            index=models.Index(fields=['currency', 'day'], name='rate_currency_day'),
        ),
        migrations.AddIndex(
            model_name='rate',
            index=models.Index(condition=models.Q(('state', 'held_back')), fields=['day'], name='rate_held_back'),
        ),
        migrations.AddConstraint(
            model_name='rate',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'in_force')), fields=('currency', 'day'), name='one_rate_in_force_a_day'),
        ),
        migrations.AddConstraint(
            model_name='rate',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'held_back')), fields=('currency', 'day'), name='one_rate_held_back_a_day'),
        ),
        migrations.AddConstraint(
            model_name='rate',
            constraint=models.CheckConstraint(condition=models.Q(('value__gt', 0)), name='rate_value_is_positive'),
        ),
        migrations.AddConstraint(
            model_name='rate',
            constraint=models.CheckConstraint(condition=models.Q(('nominal__gt', 0)), name='rate_nominal_is_positive'),
        ),
        migrations.AddConstraint(
            model_name='rate',
            constraint=models.CheckConstraint(condition=models.Q(('day__gte', datetime.date(1993, 11, 15))), name='rate_day_has_tenge', violation_error_message='There is no rate before 15 November 1993, the first day of the tenge.'),
        ),
        migrations.AddConstraint(
            model_name='rate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('entered_by__isnull', True), ('origin', 'bank'), ('reason', '')), models.Q(('answer__isnull', True), ('origin', 'hand'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='rate_origin_is_told'),
        ),
        migrations.RunPython(create_currencies, migrations.RunPython.noop),
    ]
