from django.db import migrations

from indicators.migrations._without_rowid import with_rowid, without_rowid


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial")]
    operations = [migrations.RunPython(without_rowid, with_rowid)]
