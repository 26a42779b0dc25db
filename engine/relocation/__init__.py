"""The whole house to another database: held still, copied, compared row for row, and opened in one place only."""
