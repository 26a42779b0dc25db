"""That something changed, told to whoever shows it: in this process at once, to others by the database."""
