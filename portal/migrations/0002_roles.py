"""The groups of a press office, with what each may do. Made once: an administrator may change them afterwards."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

READ_AND_WRITE = ("add", "change", "view")
ALL = ("add", "change", "delete", "view")

RATES = {
    "currency": READ_AND_WRITE,
    "rate": READ_AND_WRITE,
    "heldrate": ("change", "view"),
    "bankanswer": ("view",),
}
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
    "Аудармашы": {
        "news": {
            "article": ("translate", "view"),
            "image": ("view",),
            "topic": ("view",),
            "person": ("view",),
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
        "portal": {"sitesettings": READ_AND_WRITE, "job": ("view",), "jobrun": ("view",), "refusedsignin": ("view",)},
        "admin": {"logentry": ("view",)},
        "rates": RATES,
    },
    "Бағам маманы": {"rates": RATES},
}
ADMINISTRATOR = "Әкімші"
"""May do everything in these apps, without being a superuser, and look at what was done."""
ADMINISTERED = ("news", "portal", "rates", "auth")


def create_roles(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for label in (*ADMINISTERED, "admin"):
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
    group, _ = Group.objects.get_or_create(name=ADMINISTRATOR)
    group.permissions.add(*Permission.objects.filter(content_type__app_label__in=ADMINISTERED))
    group.permissions.add(Permission.objects.get(content_type__app_label="admin", codename="view_logentry"))


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_initial"),
        ("news", "0001_initial"),
        ("rates", "0002_currencies"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(create_roles, migrations.RunPython.noop)]
