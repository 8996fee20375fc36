import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import news.models.article
import news.models.attachment
import news.models.fields
import news.models.full_text
import news.models.image
import news.models.preview_link
from django.conf import settings
from django.db import migrations, models


def add_vectors(apps, schema_editor):
    """What Django's models cannot say: PostgreSQL's column of vectors. SQLite has a table of its own for each language."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("ALTER TABLE news_searchentry ADD COLUMN vector tsvector NOT NULL")
    # So that the planner knows more than the hundred most frequent words.
    schema_editor.execute("ALTER TABLE news_searchentry ALTER COLUMN vector SET STATISTICS 500")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'")
        if cursor.fetchone()[0]:  # ranking unpacks two hundred vectors, three times as fast as PostgreSQL's own way
            schema_editor.execute("ALTER TABLE news_searchentry ALTER COLUMN vector SET COMPRESSION lz4")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('receiver', models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name='receiver')),
                ('told_until', models.DateTimeField(verbose_name='told until')),
            ],
            options={
                'verbose_name': 'announcement',
                'verbose_name_plural': 'announcements',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('news', 'News'), ('press_release', 'Press release'), ('announcement', 'Announcement'), ('speech', 'Speech'), ('interview', 'Interview'), ('photo_report', 'Photo report')], default='news', max_length=20, verbose_name='kind')),
                ('title', models.CharField(blank=True, max_length=300, verbose_name='title')),
                ('title_kk', models.CharField(blank=True, max_length=300, null=True, verbose_name='title')),
                ('title_ru', models.CharField(blank=True, max_length=300, null=True, verbose_name='title')),
                ('title_en', models.CharField(blank=True, max_length=300, null=True, verbose_name='title')),
                ('slug', models.CharField(blank=True, help_text="The last part of the page's address. Made from the title when left empty.", max_length=120, verbose_name='address')),
                ('slug_kk', models.CharField(blank=True, help_text="The last part of the page's address. Made from the title when left empty.", max_length=120, null=True, verbose_name='address')),
                ('slug_ru', models.CharField(blank=True, help_text="The last part of the page's address. Made from the title when left empty.", max_length=120, null=True, verbose_name='address')),
                ('slug_en', models.CharField(blank=True, help_text="The last part of the page's address. Made from the title when left empty.", max_length=120, null=True, verbose_name='address')),
                ('lead', models.TextField(blank=True, help_text='One or two sentences under the title, also shown in lists.', max_length=1000, verbose_name='lead')),
                ('lead_kk', models.TextField(blank=True, help_text='One or two sentences under the title, also shown in lists.', max_length=1000, null=True, verbose_name='lead')),
                ('lead_ru', models.TextField(blank=True, help_text='One or two sentences under the title, also shown in lists.', max_length=1000, null=True, verbose_name='lead')),
                ('lead_en', models.TextField(blank=True, help_text='One or two sentences under the title, also shown in lists.', max_length=1000, null=True, verbose_name='lead')),
                ('body', news.models.fields.SanitisedTextField(blank=True, verbose_name='text')),
                ('body_kk', news.models.fields.SanitisedTextField(blank=True, null=True, verbose_name='text')),
                ('body_ru', news.models.fields.SanitisedTextField(blank=True, null=True, verbose_name='text')),
                ('body_en', news.models.fields.SanitisedTextField(blank=True, null=True, verbose_name='text')),
                ('dateline', models.CharField(blank=True, help_text='Where it was filed, for example Astana.', max_length=100, verbose_name='dateline')),
                ('dateline_kk', models.CharField(blank=True, help_text='Where it was filed, for example Astana.', max_length=100, null=True, verbose_name='dateline')),
                ('dateline_ru', models.CharField(blank=True, help_text='Where it was filed, for example Astana.', max_length=100, null=True, verbose_name='dateline')),
                ('dateline_en', models.CharField(blank=True, help_text='Where it was filed, for example Astana.', max_length=100, null=True, verbose_name='dateline')),
                ('byline', models.CharField(blank=True, help_text='Who wrote it, as readers should see it.', max_length=150, verbose_name='byline')),
                ('byline_kk', models.CharField(blank=True, help_text='Who wrote it, as readers should see it.', max_length=150, null=True, verbose_name='byline')),
                ('byline_ru', models.CharField(blank=True, help_text='Who wrote it, as readers should see it.', max_length=150, null=True, verbose_name='byline')),
                ('byline_en', models.CharField(blank=True, help_text='Who wrote it, as readers should see it.', max_length=150, null=True, verbose_name='byline')),
                ('gallery', models.JSONField(blank=True, default=list, help_text='Pictures shown below the text, by their numbers in the library, in their order.', verbose_name='gallery')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('review', 'Waiting for review'), ('returned', 'Returned'), ('approved', 'Approved'), ('withdrawn', 'Withdrawn')], default='draft', editable=False, max_length=10, verbose_name='status')),
                ('pending', models.CharField(blank=True, choices=[('draft', 'Draft'), ('review', 'Waiting for review'), ('returned', 'Returned'), ('approved', 'Approved'), ('withdrawn', 'Withdrawn')], editable=False, help_text='How far the text is that waits beside the one readers get.', max_length=10, verbose_name='newer text')),
                ('publish_at', models.DateTimeField(blank=True, help_text='The moment from which an approved article is public; earlier, nobody sees it.', null=True, verbose_name='publication')),
                ('pinned', models.BooleanField(default=False, help_text='Stands first on the front page.', verbose_name='pinned')),
                ('approved_number', models.PositiveIntegerField(default=0, editable=False, help_text='The newest revision that somebody approved.')),
                ('released_at', models.DateTimeField(blank=True, editable=False, help_text='When the text that readers get was put in its place; what waits beside it does not count.', null=True, verbose_name='text renewed')),
                ('withdrawal_reason', models.CharField(blank=True, max_length=500, verbose_name='reason of the withdrawal')),
                ('withdrawal_reason_kk', models.CharField(blank=True, max_length=500, null=True, verbose_name='reason of the withdrawal')),
                ('withdrawal_reason_ru', models.CharField(blank=True, max_length=500, null=True, verbose_name='reason of the withdrawal')),
                ('withdrawal_reason_en', models.CharField(blank=True, max_length=500, null=True, verbose_name='reason of the withdrawal')),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='withdrawn')),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='put into the bin')),
                ('origin_id', models.CharField(default=news.models.article.make_origin_id, editable=False, help_text='Its name in the archive it came from.', max_length=200, unique=True, verbose_name='origin')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('replacement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replaces', to='news.article', verbose_name='replacement')),
            ],
            options={
                'verbose_name': 'article',
                'verbose_name_plural': 'articles',
                'ordering': ['-publish_at', '-id'],
                'permissions': [('publish_article', 'Can publish and withdraw articles'), ('translate_article', 'Can translate articles into their own languages')],
            },
        ),
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('chat_id', models.CharField(help_text='@name of a public channel, or the number of a private one. Our bot has to be its administrator.', max_length=64, verbose_name='address of the channel')),
                ('edition', models.CharField(choices=[('kk', 'Қазақша'), ('kk-latn', 'Qazaqşa'), ('kk-arab', 'قازاقشا'), ('ru', 'Русский'), ('en', 'English')], default='kk', max_length=7, verbose_name='language')),
                ('is_held', models.BooleanField(default=False, help_text='Otherwise posts go by themselves.', verbose_name='a chief editor lets each post go')),
                ('is_active', models.BooleanField(default=True, verbose_name='gets posts')),
                ('since', models.DateTimeField(default=django.utils.timezone.now, help_text='Articles published earlier are not posted.', verbose_name='posts since')),
                ('max_age', models.PositiveSmallIntegerField(default=3, help_text='Older articles are not posted, even after a long outage: nobody wants a week of news in one minute.', verbose_name='days that an article is worth a post')),
                ('trouble', models.CharField(blank=True, editable=False, max_length=300, verbose_name='trouble')),
                ('waits_until', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'verbose_name': 'channel of Telegram',
                'verbose_name_plural': 'channels of Telegram',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Dump',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(verbose_name='made')),
                ('file', models.CharField(max_length=100, verbose_name='file')),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField(verbose_name='size')),
                ('generation', models.CharField(blank=True, max_length=32)),
                ('articles', models.PositiveBigIntegerField(verbose_name='articles')),
            ],
            options={
                'verbose_name': 'dump of the open data',
                'verbose_name_plural': 'dumps of the open data',
                'ordering': ['-made_at'],
                'get_latest_by': 'made_at',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='HitJournal',
            fields=[
                ('name', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('offset', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'journal of hits',
                'verbose_name_plural': 'journals of hits',
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(db_collation='kk-x-icu', help_text='In its basic form; its other forms are found.', max_length=100, verbose_name='term')),
                ('name_kk', models.CharField(db_collation='kk-x-icu', help_text='In its basic form; its other forms are found.', max_length=100, null=True, verbose_name='term')),
                ('name_ru', models.CharField(db_collation='kk-x-icu', help_text='In its basic form; its other forms are found.', max_length=100, null=True, verbose_name='term')),
                ('name_en', models.CharField(db_collation='kk-x-icu', help_text='In its basic form; its other forms are found.', max_length=100, null=True, verbose_name='term')),
                ('explanation', models.TextField(blank=True, help_text='A sentence or two that readers get when they press the word. None is shown while this is empty.', max_length=400, verbose_name='explanation')),
                ('explanation_kk', models.TextField(blank=True, help_text='A sentence or two that readers get when they press the word. None is shown while this is empty.', max_length=400, null=True, verbose_name='explanation')),
                ('explanation_ru', models.TextField(blank=True, help_text='A sentence or two that readers get when they press the word. None is shown while this is empty.', max_length=400, null=True, verbose_name='explanation')),
                ('explanation_en', models.TextField(blank=True, help_text='A sentence or two that readers get when they press the word. None is shown while this is empty.', max_length=400, null=True, verbose_name='explanation')),
                ('is_waiting', models.BooleanField(default=False, help_text='Readers get no explanation yet. Whoever may publish unticks it.', verbose_name='waits')),
            ],
            options={
                'verbose_name': 'term',
                'verbose_name_plural': 'terms',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(db_collation='kk-x-icu', max_length=100, verbose_name='name')),
                ('name_kk', models.CharField(db_collation='kk-x-icu', max_length=100, null=True, verbose_name='name')),
                ('name_ru', models.CharField(db_collation='kk-x-icu', max_length=100, null=True, verbose_name='name')),
                ('name_en', models.CharField(db_collation='kk-x-icu', max_length=100, null=True, verbose_name='name')),
                ('slug', models.SlugField(help_text="The last part of the page's address: latin letters, digits, hyphens.", unique=True, verbose_name='address')),
                ('is_waiting', models.BooleanField(default=False, help_text='Readers do not see it yet, except in published articles. Whoever may publish unticks it.', verbose_name='waits')),
            ],
            options={
                'verbose_name': 'topic',
                'verbose_name_plural': 'topics',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='HitTotal',
            fields=[
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.DB_CASCADE, primary_key=True, related_name='hit_total', serialize=False, to='news.article')),
                ('counted', models.PositiveBigIntegerField(default=0, verbose_name='counted here')),
                ('brought', models.PositiveBigIntegerField(default=0, verbose_name='brought along')),
                ('ranked', models.PositiveBigIntegerField(db_default=0, editable=False)),
            ],
            options={
                'verbose_name': 'total of hits',
                'verbose_name_plural': 'totals of hits',
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=news.models.image.make_token, editable=False, max_length=32, unique=True)),
                ('file', models.FileField(max_length=200, upload_to=news.models.attachment.stored_path, verbose_name='file')),
                ('filename', models.CharField(editable=False, max_length=120, verbose_name='name of the file')),
                ('kind', models.CharField(choices=[('pdf', 'PDF'), ('docx', 'DOCX'), ('xlsx', 'XLSX'), ('pptx', 'PPTX'), ('odt', 'ODT'), ('ods', 'ODS'), ('odp', 'ODP'), ('txt', 'TXT'), ('csv', 'CSV')], editable=False, max_length=8, verbose_name='kind')),
                ('size', models.PositiveBigIntegerField(editable=False, verbose_name='size')),
                ('sha256', models.CharField(editable=False, max_length=64)),
                ('title', models.CharField(blank=True, max_length=200, verbose_name='title')),
                ('title_kk', models.CharField(blank=True, max_length=200, null=True, verbose_name='title')),
                ('title_ru', models.CharField(blank=True, max_length=200, null=True, verbose_name='title')),
                ('title_en', models.CharField(blank=True, max_length=200, null=True, verbose_name='title')),
                ('uploaded_at', models.DateTimeField(auto_now_add=True, verbose_name='uploaded')),
                ('uploaded_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='AttachmentText',
            fields=[
                ('attachment', models.OneToOneField(on_delete=django.db.models.deletion.DB_CASCADE, primary_key=True, related_name='stored_text', serialize=False, to='news.attachment')),
                ('text', models.TextField()),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='article',
            name='attachments',
            field=models.ManyToManyField(blank=True, related_name='articles', to='news.attachment', verbose_name='attachments'),
        ),
        migrations.CreateModel(
            name='Image',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=news.models.image.make_token, editable=False, max_length=32, unique=True)),
                ('file', models.FileField(max_length=200, upload_to=news.models.image.original_path, verbose_name='picture')),
                ('width', models.PositiveIntegerField(editable=False, verbose_name='width')),
                ('height', models.PositiveIntegerField(editable=False, verbose_name='height')),
                ('alt', models.CharField(blank=True, help_text='What the picture shows, for those who do not see it.', max_length=300, verbose_name='alternative text')),
                ('alt_kk', models.CharField(blank=True, help_text='What the picture shows, for those who do not see it.', max_length=300, null=True, verbose_name='alternative text')),
                ('alt_ru', models.CharField(blank=True, help_text='What the picture shows, for those who do not see it.', max_length=300, null=True, verbose_name='alternative text')),
                ('alt_en', models.CharField(blank=True, help_text='What the picture shows, for those who do not see it.', max_length=300, null=True, verbose_name='alternative text')),
                ('caption', models.CharField(blank=True, max_length=500, verbose_name='caption')),
                ('caption_kk', models.CharField(blank=True, max_length=500, null=True, verbose_name='caption')),
                ('caption_ru', models.CharField(blank=True, max_length=500, null=True, verbose_name='caption')),
                ('caption_en', models.CharField(blank=True, max_length=500, null=True, verbose_name='caption')),
                ('credit', models.CharField(blank=True, max_length=150, verbose_name='credit')),
                ('credit_kk', models.CharField(blank=True, max_length=150, null=True, verbose_name='credit')),
                ('credit_ru', models.CharField(blank=True, max_length=150, null=True, verbose_name='credit')),
                ('credit_en', models.CharField(blank=True, max_length=150, null=True, verbose_name='credit')),
                ('focus_x', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='from the left, %')),
                ('focus_y', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='from the top, %')),
                ('origin_sha256', models.CharField(blank=True, db_index=True, editable=False, max_length=64)),
                ('uploaded_at', models.DateTimeField(auto_now_add=True, verbose_name='uploaded')),
                ('uploaded_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'verbose_name': 'image',
                'verbose_name_plural': 'images',
                'ordering': ['-id'],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='cover',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cover_of', to='news.image', verbose_name='cover picture'),
        ),
        migrations.CreateModel(
            name='KnownWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('kk', 'Қазақша'), ('ru', 'Русский'), ('en', 'English')], max_length=2, verbose_name='language')),
                ('word', models.CharField(help_text='In its basic form; its other forms are right too.', max_length=60, verbose_name='word')),
            ],
            options={
                'verbose_name': 'word for the spelling check',
                'verbose_name_plural': 'words for the spelling check',
                'ordering': ['language', 'word'],
                'constraints': [models.UniqueConstraint(fields=('language', 'word'), name='one_known_word_per_language')],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(db_collation='kk-x-icu', max_length=150, verbose_name='name')),
                ('name_kk', models.CharField(db_collation='kk-x-icu', max_length=150, null=True, verbose_name='name')),
                ('name_ru', models.CharField(db_collation='kk-x-icu', max_length=150, null=True, verbose_name='name')),
                ('name_en', models.CharField(db_collation='kk-x-icu', max_length=150, null=True, verbose_name='name')),
                ('office', models.CharField(blank=True, help_text='What the person is, as readers know it.', max_length=250, verbose_name='office')),
                ('office_kk', models.CharField(blank=True, help_text='What the person is, as readers know it.', max_length=250, null=True, verbose_name='office')),
                ('office_ru', models.CharField(blank=True, help_text='What the person is, as readers know it.', max_length=250, null=True, verbose_name='office')),
                ('office_en', models.CharField(blank=True, help_text='What the person is, as readers know it.', max_length=250, null=True, verbose_name='office')),
                ('slug', models.SlugField(help_text="The last part of the page's address: latin letters, digits, hyphens.", unique=True, verbose_name='address')),
                ('photograph', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='photograph_of', to='news.image', verbose_name='photograph')),
                ('is_waiting', models.BooleanField(default=False, help_text='Readers do not see it yet, except in published articles. Whoever may publish unticks it.', verbose_name='waits')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='people',
            field=models.ManyToManyField(blank=True, related_name='articles', to='news.person', verbose_name='people'),
        ),
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='news.article')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='news.image')),
            ],
            options={
                'verbose_name': 'picture in an article',
                'verbose_name_plural': 'pictures in articles',
            },
        ),
        migrations.CreateModel(
            name='OldAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=500, unique=True, verbose_name='address')),
                ('language', models.CharField(blank=True, max_length=2, verbose_name='language')),
                ('article', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='old_addresses', to='news.article')),
            ],
            options={
                'verbose_name': 'old address',
                'verbose_name_plural': 'old addresses',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('content', models.JSONField(verbose_name='content')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='saved')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('is_set_aside', models.BooleanField(default=False, help_text='Typed while somebody else changed the same places: kept for its author, never the newest text.', verbose_name='set aside')),
                ('overrides', models.ForeignKey(blank=True, help_text="The revision of somebody else of which a conflict's decision took words away.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='overridden_by', to='news.revision', verbose_name='replaces words of')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='news.article')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL, verbose_name='saved by')),
            ],
            options={
                'verbose_name': 'revision',
                'verbose_name_plural': 'revisions',
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='PreviewLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
                ('expires_at', models.DateTimeField(default=news.models.preview_link.in_a_week, verbose_name='valid until')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='preview_links', to='news.article')),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('revision', models.ForeignKey(blank=True, help_text='Empty where the link shows the newest text, whatever it is.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='news.revision')),
            ],
            options={
                'verbose_name': 'preview link',
                'verbose_name_plural': 'preview links',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='SavedFilter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('query', models.CharField(max_length=500, verbose_name='what the list is asked')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_filters', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'saved filter',
                'verbose_name_plural': 'saved filters',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('place', models.BigIntegerField(primary_key=True, serialize=False)),
                ('language', models.CharField(max_length=2)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='search_entries', to='news.article')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Abbreviation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('kk', 'Қазақша'), ('ru', 'Русский'), ('en', 'English')], max_length=2, verbose_name='language')),
                ('short', models.CharField(max_length=20, verbose_name='abbreviation')),
                ('full', models.CharField(help_text='In the basic form; other forms are found too.', max_length=100, verbose_name='in full')),
            ],
            options={
                'verbose_name': 'abbreviation',
                'verbose_name_plural': 'abbreviations for the search',
                'ordering': ['language', 'short'],
                'constraints': [models.UniqueConstraint(fields=('language', 'short'), name='one_abbreviation_per_language')],
            },
        ),
        migrations.CreateModel(
            name='SearchGram',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=2)),
                ('gram', models.CharField(max_length=3)),
                ('word', models.CharField(max_length=100)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('language', 'gram', 'word'), name='search_gram_once')],
            },
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=2)),
                ('word', models.CharField(max_length=100)),
                ('skeleton', models.CharField(max_length=100)),
                ('is_form', models.BooleanField()),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['language', 'skeleton'], name='search_word_by_skeleton')],
                'constraints': [models.UniqueConstraint(fields=('language', 'word'), name='search_word_once')],
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(db_collation='kk-x-icu', max_length=200, verbose_name='name')),
                ('name_kk', models.CharField(db_collation='kk-x-icu', max_length=200, null=True, verbose_name='name')),
                ('name_ru', models.CharField(db_collation='kk-x-icu', max_length=200, null=True, verbose_name='name')),
                ('name_en', models.CharField(db_collation='kk-x-icu', max_length=200, null=True, verbose_name='name')),
                ('short_name', models.CharField(db_collation='kk-x-icu', help_text='Shown beside the date of an article.', max_length=60, verbose_name='short name')),
                ('short_name_kk', models.CharField(db_collation='kk-x-icu', help_text='Shown beside the date of an article.', max_length=60, null=True, verbose_name='short name')),
                ('short_name_ru', models.CharField(db_collation='kk-x-icu', help_text='Shown beside the date of an article.', max_length=60, null=True, verbose_name='short name')),
                ('short_name_en', models.CharField(db_collation='kk-x-icu', help_text='Shown beside the date of an article.', max_length=60, null=True, verbose_name='short name')),
                ('slug', models.SlugField(help_text="The last part of the page's address: latin letters, digits, hyphens.", unique=True, verbose_name='address')),
                ('site_url', models.URLField(blank=True, help_text="Where “Go to the main site” leads from this source's articles.", verbose_name='main site')),
                ('active_from', models.DateField(blank=True, null=True, verbose_name='active from')),
                ('active_until', models.DateField(blank=True, help_text='The last day of the institution, when it has ended.', null=True, verbose_name='active until')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position in the menu')),
                ('emblem', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='emblem_of', to='news.image', verbose_name='emblem')),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='news.source', verbose_name='successor')),
            ],
            options={
                'verbose_name': 'source',
                'verbose_name_plural': 'sources',
                'ordering': ['position', 'slug'],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='source',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='news.source', verbose_name='source'),
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('edition', models.CharField(choices=[('kk', 'Қазақша'), ('kk-latn', 'Qazaqşa'), ('kk-arab', 'قازاقشا'), ('ru', 'Русский'), ('en', 'English')], max_length=7, verbose_name='language')),
                ('frequency', models.CharField(choices=[('at_once', 'at once'), ('daily', 'every morning'), ('weekly', 'on Mondays')], default='daily', max_length=7, verbose_name='how often')),
                ('about', models.JSONField(blank=True, default=list, verbose_name='about')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
                ('asked_at', models.DateTimeField(editable=False, null=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed')),
                ('told', models.PositiveBigIntegerField(default=0, editable=False)),
                ('told_at', models.DateTimeField(editable=False, null=True)),
                ('bounces', models.PositiveSmallIntegerField(default=0, verbose_name='letters that came back')),
                ('bounced_at', models.DateTimeField(editable=False, null=True)),
                ('bouncing_since', models.DateTimeField(editable=False, null=True)),
                ('taken', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('dead_at', models.DateTimeField(blank=True, help_text='Too many letters came back; nothing is sent any more.', null=True, verbose_name='given up')),
            ],
            options={
                'verbose_name': 'subscription',
                'verbose_name_plural': 'subscriptions',
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('confirmed_at__isnull', False), ('dead_at__isnull', True)), fields=['edition', 'frequency', 'told'], name='live_subscription')],
                'constraints': [models.UniqueConstraint(fields=('email', 'edition'), name='one_subscription_to_an_edition')],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('held', 'waits for a chief editor'), ('due', 'to be sent'), ('sending', 'being sent'), ('sent', 'sent'), ('unknown', 'unknown, look'), ('refused', 'refused'), ('skipped', 'not to be sent'), ('taken_back', 'taken back')], default='due', editable=False, max_length=10, verbose_name='state')),
                ('claim', models.CharField(blank=True, editable=False, max_length=32)),
                ('began_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='sending began')),
                ('trouble', models.CharField(blank=True, editable=False, max_length=300, verbose_name='trouble')),
                ('articles', models.JSONField(default=list, editable=False, verbose_name='articles')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='news.subscription', verbose_name='subscription')),
            ],
            options={
                'verbose_name': 'letter',
                'verbose_name_plural': 'letters',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='topics',
            field=models.ManyToManyField(blank=True, related_name='articles', to='news.topic', verbose_name='topics'),
        ),
        migrations.CreateModel(
            name='TranslatorLanguage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('kk', 'Қазақша'), ('ru', 'Русский'), ('en', 'English')], max_length=2, verbose_name='language')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='translator_languages', to=settings.AUTH_USER_MODEL, verbose_name='translator')),
            ],
            options={
                'verbose_name': 'language of a translator',
                'verbose_name_plural': 'languages of a translator',
                'ordering': ['user', 'language'],
            },
        ),
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=2)),
                ('came_at', models.DateTimeField(auto_now_add=True)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='arrivals', to='news.article')),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['language', 'came_at'], name='lately_arrived')],
                'constraints': [models.UniqueConstraint(fields=('article', 'language'), name='article_arrives_once_in_a_language')],
            },
        ),
        migrations.CreateModel(
            name='ArticleLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=2, verbose_name='language')),
                ('target', models.CharField(help_text='The origin of an article, which may be gone by now.', max_length=200, verbose_name='leads to')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='news.article')),
            ],
            options={
                'verbose_name': 'link to an article',
                'verbose_name_plural': 'links to articles',
                'constraints': [models.UniqueConstraint(fields=('article', 'language', 'target'), name='one_row_a_link')],
            },
        ),
        migrations.CreateModel(
            name='Autosave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=60, verbose_name='form of')),
                ('number', models.PositiveBigIntegerField(default=0, verbose_name='number')),
                ('key', models.CharField(max_length=40, verbose_name='form')),
                ('label', models.CharField(blank=True, max_length=200, verbose_name='name')),
                ('base', models.PositiveIntegerField(null=True, verbose_name='begun from revision')),
                ('content', models.JSONField(null=True, verbose_name='what was typed')),
                ('turn', models.PositiveBigIntegerField(default=0)),
                ('is_finished', models.BooleanField(default=False, verbose_name='saved or thrown away')),
                ('saved_at', models.DateTimeField(null=True, verbose_name='kept')),
                ('seen_at', models.DateTimeField(verbose_name='last seen')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='autosaves', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'unsaved text',
                'verbose_name_plural': 'unsaved texts',
                'indexes': [models.Index(fields=['model', 'number', 'seen_at'], name='who_has_it_open')],
                'constraints': [models.UniqueConstraint(fields=('user', 'model', 'number', 'key'), name='one_unsaved_text_a_form')],
            },
        ),
        migrations.CreateModel(
            name='ChannelPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('held', 'waits for a chief editor'), ('due', 'to be sent'), ('sending', 'being sent'), ('sent', 'sent'), ('unknown', 'unknown, look'), ('refused', 'refused'), ('skipped', 'not to be sent'), ('taken_back', 'taken back')], default='due', editable=False, max_length=10, verbose_name='state')),
                ('claim', models.CharField(blank=True, editable=False, max_length=32)),
                ('began_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='sending began')),
                ('trouble', models.CharField(blank=True, editable=False, max_length=300, verbose_name='trouble')),
                ('message_id', models.BigIntegerField(blank=True, null=True, verbose_name='number of the message')),
                ('is_picture', models.BooleanField(default=False, editable=False)),
                ('text', models.TextField(blank=True, editable=False, verbose_name='text')),
                ('compared_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('sent_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='posted')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='news.article', verbose_name='article')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='news.channel', verbose_name='channel')),
            ],
            options={
                'verbose_name': 'post',
                'verbose_name_plural': 'posts',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['state', 'id'], name='post_state')],
                'constraints': [models.UniqueConstraint(fields=('channel', 'article'), name='one_post_of_an_article_in_a_channel')],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('corrected_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='corrected')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('note_kk', models.CharField(blank=True, max_length=500, null=True, verbose_name='note')),
                ('note_ru', models.CharField(blank=True, max_length=500, null=True, verbose_name='note')),
                ('note_en', models.CharField(blank=True, max_length=500, null=True, verbose_name='note')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='news.article')),
                ('corrected_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL, verbose_name='corrected by')),
            ],
            options={
                'verbose_name': 'correction',
                'verbose_name_plural': 'corrections',
                'ordering': ['-corrected_at'],
                'indexes': [models.Index(fields=['corrected_at'], name='lately_corrected')],
            },
        ),
        migrations.CreateModel(
            name='DailyHits',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.CharField(max_length=10, verbose_name='edition')),
                ('day', models.DateField(verbose_name='day')),
                ('count', models.PositiveBigIntegerField(default=0, verbose_name='hits')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='daily_hits', to='news.article')),
            ],
            options={
                'verbose_name': 'hits of a day',
                'verbose_name_plural': 'hits by day',
                'indexes': [models.Index(fields=['day', 'article'], name='hits_of_recent_days')],
                'constraints': [models.UniqueConstraint(fields=('article', 'edition', 'day'), name='one_row_of_hits_a_day')],
            },
        ),
        migrations.AddConstraint(
            model_name='image',
            constraint=models.CheckConstraint(condition=models.Q(('focus_x__lte', 100), ('focus_y__lte', 100)), name='focal_point_is_on_the_picture'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.UniqueConstraint(fields=('article', 'image'), name='picture_of_an_article_once'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(fields=('article', 'number'), name='one_revision_a_number'),
        ),
        migrations.AddConstraint(
            model_name='savedfilter',
            constraint=models.UniqueConstraint(fields=('user', 'name'), name='one_filter_a_name'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=models.Index(fields=['language', '-place'], name='search_entry_by_date'),
        ),
        migrations.AddConstraint(
            model_name='searchentry',
            constraint=models.UniqueConstraint(fields=('article', 'language'), name='one_search_entry_per_language'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('active_until__isnull', True), ('active_from__isnull', True), ('active_until__gte', models.F('active_from')), _connector='OR'), name='source_ends_after_it_begins', violation_error_message='The last day cannot be before the first.'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('successor__isnull', True), models.Q(('successor', models.F('pk')), _negated=True), _connector='OR'), name='source_is_not_its_own_successor', violation_error_message='A source cannot be its own successor.'),
        ),
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(fields=['state', 'id'], name='letter_state'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(models.F('publish_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('status', 'approved'), ('title_kk__gt', '')), name='feed_kk'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(models.F('publish_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('status', 'approved'), ('title_ru__gt', '')), name='feed_ru'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(models.F('publish_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('status', 'approved'), ('title_en__gt', '')), name='feed_en'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.F('source'), models.OrderBy(models.F('publish_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('status', 'approved'), ('title_kk__gt', '')), name='source_feed_kk'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.F('source'), models.OrderBy(models.F('publish_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('status', 'approved'), ('title_ru__gt', '')), name='source_feed_ru'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.F('source'), models.OrderBy(models.F('publish_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('status', 'approved'), ('title_en__gt', '')), name='source_feed_en'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(models.F('publish_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('pinned', True)), name='pinned_article'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.F('released_at'), condition=models.Q(('released_at__isnull', False), ('status', 'approved')), name='lately_released'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(models.F('withdrawn_at'), descending=True), condition=models.Q(('status', 'withdrawn')), name='withdrawn_article'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(models.F('publish_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('deleted_at__isnull', True)), name='article_list'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(models.F('publish_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('deleted_at__isnull', False)), name='article_bin'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(models.F('publish_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('deleted_at__isnull', True), models.Q(models.Q(('status', 'approved'), _negated=True), ('pending__gt', ''), _connector='OR')), name='unfinished_article'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(models.F('publish_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('deleted_at__isnull', True), models.Q(('title_kk__gt', ''), _negated=True)), name='article_without_kk'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(models.F('publish_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('deleted_at__isnull', True), models.Q(('title_ru__gt', ''), _negated=True)), name='article_without_ru'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(models.F('publish_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('deleted_at__isnull', True), models.Q(('title_en__gt', ''), _negated=True)), name='article_without_en'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['source', 'publish_at', 'id'], name='article_source'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['status', 'publish_at', 'id'], name='article_status'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['kind', 'publish_at', 'id'], name='article_kind'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['title_kk', 'publish_at', 'id'], name='article_title_kk'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['title_ru', 'publish_at', 'id'], name='article_title_ru'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['title_en', 'publish_at', 'id'], name='article_title_en'),
        ),
        migrations.AddIndex(
            model_name='hittotal',
            index=models.Index(fields=['ranked', 'article'], name='most_read_article'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(models.F('changed_at'), descending=True), condition=models.Q(('deleted_at__isnull', True), models.Q(models.Q(('status', 'approved'), _negated=True), ('pending__gt', ''), _connector='OR')), name='unfinished_lately'),
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(fields=['uploaded_at', 'id'], name='attachment_by_time'),
        ),
        migrations.AddIndex(
            model_name='image',
            index=models.Index(fields=['uploaded_at', 'id'], name='image_by_time'),
        ),
        migrations.AddIndex(
            model_name='image',
            index=models.Index(models.OrderBy(models.F('id'), descending=True), condition=models.Q(('alt_kk__gt', ''), _negated=True), name='image_without_alt_kk'),
        ),
        migrations.AddIndex(
            model_name='image',
            index=models.Index(models.OrderBy(models.F('id'), descending=True), condition=models.Q(('alt_ru__gt', ''), _negated=True), name='image_without_alt_ru'),
        ),
        migrations.AddIndex(
            model_name='image',
            index=models.Index(models.OrderBy(models.F('id'), descending=True), condition=models.Q(('alt_en__gt', ''), _negated=True), name='image_without_alt_en'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'approved'), _negated=True), models.Q(('title_kk__gt', ''), ('title_kk__isnull', False)), models.Q(('title_ru__gt', ''), ('title_ru__isnull', False)), models.Q(('title_en__gt', ''), ('title_en__isnull', False)), _connector='OR'), name='approved_article_has_a_title'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('deleted_at__isnull', True), models.Q(('status', 'approved'), _negated=True), _connector='OR'), name='article_in_the_bin_is_not_approved'),
        ),
        migrations.AddConstraint(
            model_name='translatorlanguage',
            constraint=models.UniqueConstraint(fields=('user', 'language'), name='one_row_a_translators_language'),
        ),
        migrations.CreateModel(
            name='ReferrerHits',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('host', models.CharField(max_length=100, verbose_name='site')),
                ('count', models.PositiveBigIntegerField(default=0, verbose_name='hits')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='referrer_hits', to='news.article')),
            ],
            options={
                'verbose_name': 'hits from a site',
                'verbose_name_plural': 'hits by site',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('article', 'host'), name='one_row_of_hits_a_site')],
            },
        ),
        migrations.CreateModel(
            name='FrontSection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('lead', 'Leading story'), ('latest', 'Latest news'), ('topic', 'News on a topic'), ('speeches', 'Speeches and interviews'), ('documents', 'Documents'), ('photos', 'Photo reports'), ('languages', 'In other languages today'), ('announcements', 'Announcements'), ('most_read', 'Most read'), ('newsletter', 'News by e-mail'), ('contacts', 'Press contacts'), ('rates', 'Exchange rates of the week')], max_length=20, verbose_name='kind')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='The smallest stands first.', verbose_name='position')),
                ('title', models.CharField(blank=True, help_text='The usual one of its kind when left empty.', max_length=100, verbose_name='heading')),
                ('title_kk', models.CharField(blank=True, help_text='The usual one of its kind when left empty.', max_length=100, null=True, verbose_name='heading')),
                ('title_ru', models.CharField(blank=True, help_text='The usual one of its kind when left empty.', max_length=100, null=True, verbose_name='heading')),
                ('title_en', models.CharField(blank=True, help_text='The usual one of its kind when left empty.', max_length=100, null=True, verbose_name='heading')),
                ('until', models.DateTimeField(blank=True, help_text='The moment from which the chosen article no longer leads.', null=True, verbose_name='leads until')),
                ('is_public', models.BooleanField(default=False, editable=False)),
                ('article', models.ForeignKey(blank=True, help_text='Only of the leading story: without one, the newest pinned article leads, or else the newest.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='news.article', verbose_name='article')),
                ('topic', models.ForeignKey(blank=True, help_text='Only of a section with news on a topic.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='news.topic', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'section of the front page',
                'verbose_name_plural': 'sections of the front page',
                'ordering': ['position', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'topic'), _negated=True), ('topic__isnull', False), _connector='OR'), name='front_section_on_a_topic_has_one', violation_error_message='Choose the topic of this section.'), models.CheckConstraint(condition=models.Q(('article__isnull', True), models.Q(('kind', 'lead'), ('until__isnull', False)), _connector='OR'), name='front_article_leads_until_a_moment', violation_error_message='An article can be chosen for the leading story only, and leads until a moment.')],
            },
        ),
        # What a topic got last, for the related articles: the table is Django's own, which gives it no such index.
        migrations.RunSQL(
            "CREATE INDEX news_last_of_a_topic ON news_article_topics (topic_id, id DESC)",
            "DROP INDEX news_last_of_a_topic",
        ),
        migrations.RunPython(add_vectors, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='searchentry',
            index=news.models.full_text.FullTextIndex(fields=['place'], language='kk', name='news_search_kk'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=news.models.full_text.FullTextIndex(fields=['place'], language='ru', name='news_search_ru'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=news.models.full_text.FullTextIndex(fields=['place'], language='en', name='news_search_en'),
        ),
    ]
