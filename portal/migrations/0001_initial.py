import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

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
            "topic": READ_AND_WRITE,
            "person": READ_AND_WRITE,
            "source": ("view",),
            "attachment": READ_AND_WRITE,
            "abbreviation": ("view",),
            "knownword": ("add", "view"),
            "term": READ_AND_WRITE,
            "channelpost": ("view",),
        },
    },
    "Аудармашы": {
        "news": {
            "article": ("translate", "view"),
            "image": ("view",),
            "topic": ("view",),
            "person": ("view",),
            "source": ("view",),
            "attachment": ("view",),
            "abbreviation": ("view",),
            "knownword": ("add", "view"),
            "term": ("view",),
            "channelpost": ("view",),
        },
    },
    "Бас редактор": {
        "news": {
            "article": (*ALL, "publish"),
            "frontsection": ALL,
            "image": ALL,
            "topic": ALL,
            "person": ALL,
            "source": ALL,
            "attachment": ALL,
            "abbreviation": ALL,
            "knownword": ALL,
            "term": ALL,
            "channel": ALL,
            "channelpost": ("change", "view"),
            "subscription": ("delete", "view"),
            "letter": ("change", "view"),
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
    """The groups of a press office, with what each may do. An administrator may change them afterwards."""
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

    initial = True

    dependencies = [
        ("news", "0001_initial"),
        ("rates", "0001_initial"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ('axes', '0010_accessattemptexpiration'),
    ]

    operations = [
        migrations.CreateModel(
            name='Generation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=32)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='job')),
                ('holder', models.CharField(blank=True, max_length=100, verbose_name='running on')),
                ('beats', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'job',
                'verbose_name_plural': 'jobs',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='RefusedSignIn',
            fields=[
            ],
            options={
                'verbose_name': 'refused sign-in',
                'verbose_name_plural': 'refused sign-ins',
                'ordering': ['-attempt_time'],
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('axes.accessfailurelog',),
        ),
        migrations.CreateModel(
            name='SiteSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('main_site_url', models.URLField(blank=True, help_text='Where “Go to the main site” leads from pages without a source of their own.', verbose_name='main site')),
                ('about', models.TextField(blank=True, help_text='Shown on the page “About us”. A blank line begins a new paragraph.', verbose_name='about')),
                ('about_kk', models.TextField(blank=True, help_text='Shown on the page “About us”. A blank line begins a new paragraph.', null=True, verbose_name='about')),
                ('about_ru', models.TextField(blank=True, help_text='Shown on the page “About us”. A blank line begins a new paragraph.', null=True, verbose_name='about')),
                ('about_en', models.TextField(blank=True, help_text='Shown on the page “About us”. A blank line begins a new paragraph.', null=True, verbose_name='about')),
                ('address', models.CharField(blank=True, max_length=300, verbose_name='postal address')),
                ('address_kk', models.CharField(blank=True, max_length=300, null=True, verbose_name='postal address')),
                ('address_ru', models.CharField(blank=True, max_length=300, null=True, verbose_name='postal address')),
                ('address_en', models.CharField(blank=True, max_length=300, null=True, verbose_name='postal address')),
                ('phone', models.CharField(blank=True, max_length=50, verbose_name='telephone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('telegram', models.URLField(blank=True, verbose_name='Telegram')),
                ('facebook', models.URLField(blank=True, verbose_name='Facebook')),
                ('instagram', models.URLField(blank=True, verbose_name='Instagram')),
                ('x', models.URLField(blank=True, verbose_name='X')),
                ('youtube', models.URLField(blank=True, verbose_name='YouTube')),
                ('video_hosts', models.TextField(blank=True, default='www.youtube-nocookie.com', help_text="One in a line. Videos of these hosts play on our pages after a press; others are links. www.youtube-nocookie.com is YouTube's.", verbose_name='hosts of video players')),
                ('four_eyes', models.BooleanField(default=False, help_text='Nobody approves what they wrote themselves.', verbose_name='four eyes')),
            ],
            options={
                'verbose_name': 'site settings',
                'verbose_name_plural': 'site settings',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_row_of_site_settings')],
            },
        ),
        migrations.CreateModel(
            name='JobRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('started_at', models.DateTimeField(verbose_name='started')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                ('outcome', models.CharField(blank=True, choices=[('done', 'done'), ('failed', 'failed'), ('lost', 'broken off')], max_length=6, verbose_name='outcome')),
                ('message', models.TextField(blank=True, verbose_name='message')),
                ('holder', models.CharField(max_length=100, verbose_name='run by')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='portal.job', verbose_name='job')),
            ],
            options={
                'verbose_name': 'run of a job',
                'verbose_name_plural': 'runs of jobs',
                'ordering': ['-due_at', 'job__name'],
                'indexes': [models.Index(fields=['due_at', 'id'], name='job_run_by_time')],
                'constraints': [models.UniqueConstraint(fields=('job', 'due_at'), name='one_run_of_a_job_for_each_time')],
            },
        ),
        migrations.CreateModel(
            name='DirectoryAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=255, unique=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.DB_CASCADE, related_name='directory', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='LostSecondFactor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=6)),
                ('browser', models.CharField(max_length=100, verbose_name='browser')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('is_confirmed', models.BooleanField(default=False, verbose_name='confirmed')),
                ('wrong_numbers', models.PositiveSmallIntegerField(default=0)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'lost second factor',
                'verbose_name_plural': 'lost second factors',
                'ordering': ['-asked_at'],
                'permissions': [('confirm_lostsecondfactor', 'Can confirm who lost the second factor')],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='RecoveryCodes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='The human-readable name of this device.', max_length=64)),
                ('confirmed', models.BooleanField(default=True, help_text='Is this device ready for use?')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'recovery codes',
                'verbose_name_plural': 'recovery codes',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='codes', to='portal.recoverycodes')),
            ],
            options={
                'verbose_name': 'recovery codes',
                'verbose_name_plural': 'recovery codes',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('browser', models.CharField(max_length=100, verbose_name='browser')),
                ('began_at', models.DateTimeField(null=True, verbose_name='signed in')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'ordering': ['-began_at'],
                'abstract': False,
                'default_permissions': (),
            },
        ),
        # The log and the refused sign-ins are tables of Django and axes, which give them no index for their lists.
        *(
            migrations.RunSQL(f"CREATE INDEX {name} ON {table} ({columns})", f"DROP INDEX {name}")
            for name, table, columns in (
                ("log_by_time", "django_admin_log", "action_time, id"),
                ("log_of_a_thing", "django_admin_log", "content_type_id, object_id"),
                ("log_by_content_type", "django_admin_log", "content_type_id, action_time, id"),
                ("log_by_user", "django_admin_log", "user_id, action_time, id"),
                ("log_by_action", "django_admin_log", "action_flag, action_time, id"),
                ("refused_by_time", "axes_accessfailurelog", "attempt_time, id"),
            )
        ),
        migrations.RunPython(create_roles, migrations.RunPython.noop),
    ]
