import django.db.models.functions.datetime
from django.db import migrations, models

WATERMARK = """
CREATE VIEW certification_watermark AS
SELECT
    (SELECT coalesce(max(number), 0) FROM certification_generation) AS generation,
    (SELECT coalesce(max(abs(extract(epoch FROM statement_timestamp() - since))), 0)::float8 FROM (
        SELECT recorded_at AS since FROM certification_revocation JOIN certification_certificate
            ON certification_certificate.id = certification_revocation.certificate_id
            WHERE certification_revocation.published_in IS NULL AND issuer = 'issuing'
        UNION ALL
        SELECT issued_at FROM certification_certificate
            WHERE published_in IS NULL AND der IS NOT NULL AND issuer = 'issuing'
    ) AS unpublished) AS waiting_seconds
"""
"""What the responders compare with the files. An ``issued_at`` ahead of this server's clock counts too."""


class Migration(migrations.Migration):
    dependencies = [("certification", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="revocation",
            name="recorded_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.CreateModel(
            name="TimeStamp",
            fields=[
                ("serial_number", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("gen_time", models.DateTimeField()),
                ("token_digest", models.BinaryField()),
                ("journalled_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("serial_number__regex", "^[0-9a-f]{40}$")),
                        name="certification_time_stamp_is_hex",
                    )
                ]
            },
        ),
        migrations.RunSQL(WATERMARK, "DROP VIEW certification_watermark"),
    ]
