import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("research", "0004_what_was_there_before")]

    operations = [
        migrations.RemoveField(
            model_name='checklist',
            name='active',
        ),
        migrations.RemoveField(
            model_name='checklistitem',
            name='section_en',
        ),
        migrations.RemoveField(
            model_name='checklistitem',
            name='section_fr',
        ),
        migrations.RemoveField(
            model_name='evaluationsite',
            name='exposed_from',
        ),
        migrations.RemoveField(
            model_name='historicalchecklist',
            name='active',
        ),
        migrations.RemoveField(
            model_name='historicalchecklistitem',
            name='section_en',
        ),
        migrations.RemoveField(
            model_name='historicalchecklistitem',
            name='section_fr',
        ),
        migrations.RemoveField(
            model_name='historicalevaluationsite',
            name='exposed_from',
        ),
        migrations.AlterField(
            model_name="checklistitem",
            name="section",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="items",
                to="research.checklistsection",
                verbose_name="section",
            ),
        ),
    ]
