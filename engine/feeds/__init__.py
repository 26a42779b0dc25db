"""Calendars that somebody subscribes to: the dates that concern their seat, at an address that nobody guesses."""
