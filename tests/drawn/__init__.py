"""The parts of a made-up campaign file, one module each; `tests.definitions` puts them together."""
