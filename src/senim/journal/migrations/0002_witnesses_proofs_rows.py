from django.db import migrations, models
from django.db.models import Func, Q, Value


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE journal_place", "DROP SEQUENCE journal_place"),
        migrations.AddField(
            "unsequenced",
            "place",
            models.BigIntegerField(db_default=Func(Value("journal_place"), function="nextval")),
        ),
        migrations.AddField("unsequenced", "set_aside_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "unsequenced",
            models.Index(fields=["place"], condition=Q(set_aside_at__isnull=True), name="journal_in_order"),
        ),
        migrations.AddField("entry", "changed", models.JSONField(default=list)),
        migrations.CreateModel(
            name="Subtree",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("level", models.PositiveSmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["level", "index"], name="journal_subtree_once")
                ]
            },
        ),
        migrations.CreateModel(
            name="Witness",
            fields=[
                ("name", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("size", models.BigIntegerField(default=0)),
                ("signed_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, max_length=200)),
                ("problem_since_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("witness", models.CharField(max_length=200)),
                ("line", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["size", "witness"], name="journal_one_cosignature_each")
                ]
            },
        ),
        migrations.CreateModel(
            name="TimeStamp",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("token", models.BinaryField()),
                ("gen_time_at", models.DateTimeField()),
            ],
        ),
    ]
