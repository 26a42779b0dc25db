"""The web desk: pages and API over the engine. The web framework is imported here and nowhere else."""
