"""The groups of a press office, with what each may do. Made once: an administrator may change them afterwards."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

READ_AND_WRITE = ("add", "change", "view")
ALL = ("add", "change", "delete", "view")

ROLES = {
    "Тілші": {
        "news": {
            "article": READ_AND_WRITE,
            "image": READ_AND_WRITE,
            "topic": ("add", "view"),
            "person": ("add", "view"),
            "source": ("view",),
        },
    },
    "Бас редактор": {
        "news": {
            "article": (*ALL, "publish"),
            "image": ALL,
            "topic": ALL,
            "person": ALL,
            "source": ALL,
        },
        "portal": {"sitesettings": READ_AND_WRITE, "job": ("view",), "jobrun": ("view",)},
        "rates": {
            "currency": READ_AND_WRITE,
            "rate": READ_AND_WRITE,
            "heldrate": ("change", "view"),
            "bankanswer": ("view",),
        },
    },
}


def create_roles(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for label in ("news", "portal", "rates"):
        # Django makes permissions only after all migrations.
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    for name, models_of_app in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        for app, models in models_of_app.items():
            codenames = [f"{action}_{model}" for model, actions in models.items() for action in actions]
            permissions = Permission.objects.filter(content_type__app_label=app, codename__in=codenames)
            group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_initial"),
        ("news", "0001_initial"),
        ("rates", "0002_currencies"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(create_roles, migrations.RunPython.noop)]
