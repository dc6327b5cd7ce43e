"""What every room stands on: errors, plug-in registry, jobs, audit, pages, storage. No word of the domain."""
