"""The currencies the bank quotes, so that an editor can choose the header's before the first update."""

from django.db import migrations

from rates.currencies import QUOTED, first_fields


def create_currencies(apps, schema_editor):
    Currency = apps.get_model("rates", "Currency")
    fields = [first_fields(code) for code in QUOTED]
    Currency.objects.bulk_create(Currency(name=each["name_kk"], **each) for each in fields)


class Migration(migrations.Migration):
    dependencies = [("rates", "0001_initial")]
    operations = [migrations.RunPython(create_currencies, migrations.RunPython.noop)]
