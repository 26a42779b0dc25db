"""Mail room: letters, outbox, SMTP. Knows mail, no campaign; imports nothing of ours."""
