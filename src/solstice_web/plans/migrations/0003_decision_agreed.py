from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0002_clinic_offer")]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="agreed",
            field=models.BooleanField(help_text="agreed with the person; null where nobody said", null=True),
        ),
    ]
