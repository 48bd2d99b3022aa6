from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Fence",
            fields=[
                (
                    "name",
                    models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name="lock"),
                ),
                ("token", models.BigIntegerField(default=0, verbose_name="newest token")),
                ("writes", models.BigIntegerField(default=0, verbose_name="writes")),
            ],
            options={"verbose_name": "lock", "verbose_name_plural": "locks", "db_table": "fences"},
        ),
    ]
