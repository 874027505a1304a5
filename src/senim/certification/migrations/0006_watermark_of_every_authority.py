from django.db import migrations

WATERMARK = """
CREATE OR REPLACE VIEW certification_watermark AS
SELECT
    (SELECT coalesce(max(number), 0) FROM certification_generation) AS generation,
    (SELECT coalesce(max(abs(extract(epoch FROM statement_timestamp() - since))), 0)::float8 FROM (
        SELECT recorded_at AS since FROM certification_revocation JOIN certification_certificate
            ON certification_certificate.id = certification_revocation.certificate_id
            WHERE certification_revocation.published_in IS NULL AND issuer {whose}
        UNION ALL
        SELECT issued_at FROM certification_certificate
            WHERE published_in IS NULL AND der IS NOT NULL AND issuer {whose}
    ) AS unpublished) AS waiting_seconds
"""
"""Of every authority but the root, whose list is signed by people."""


class Migration(migrations.Migration):
    dependencies = [("certification", "0005_stopped_signers")]

    operations = [
        migrations.RunSQL(WATERMARK.format(whose="<> 'root'"), WATERMARK.format(whose="= 'issuing'")),
    ]
