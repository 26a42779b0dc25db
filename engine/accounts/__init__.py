"""Who may come in: accounts, roles, sessions, sign-in by mail link or password, tokens of the API."""
