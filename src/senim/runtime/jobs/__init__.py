"""Work that is done later: the worker, its lease on a job, and jobs that are stalled or set aside."""
