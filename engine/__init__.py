"""Machinery: database, clock, turn, verbs, queries, audit. Reads workflows and notifications."""
