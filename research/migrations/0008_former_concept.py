from django.db import migrations


class Migration(migrations.Migration):
    """Besides the one before: PostgreSQL alters no table whose new rows it has still to check."""

    dependencies = [
        ("research", "0007_medexis_evaluation"),
    ]

    operations = [
        migrations.RemoveField(
            model_name='historicalproduct',
            name='concept',
        ),
        migrations.RemoveField(
            model_name='product',
            name='concept',
        ),
    ]
