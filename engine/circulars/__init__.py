"""Circulars (通知): what a person writes to many at once, from the first draft to the outbox and the call sheet."""
