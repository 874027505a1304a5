"""Jobs queued when mail and SMS shared a queue move to the queue of their channel."""

from django.db import migrations

TO_THEIR_CHANNEL = """
UPDATE procrastinate_jobs AS job
SET queue_name = 'notices.' || notice.channel, task_name = 'notices.deliver_' || notice.channel
FROM notices_notice AS notice
WHERE job.task_name = 'notices.deliver' AND notice.id::text = job.args ->> 'notice'
"""
TO_ONE_QUEUE = """
UPDATE procrastinate_jobs SET queue_name = 'notices', task_name = 'notices.deliver'
WHERE queue_name IN ('notices.mail', 'notices.sms')
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_tables"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [migrations.RunSQL(TO_THEIR_CHANNEL, TO_ONE_QUEUE)]
