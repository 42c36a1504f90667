"""What Chalice does not make (tables, bucket, queues, alarms), and how the package is put together."""
