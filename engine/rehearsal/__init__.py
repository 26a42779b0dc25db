"""A campaign in virtual time, on the engine's own code: only the clock, the people and the mail door are made up."""
