"""A clock that jumps: noticing it, carrying on meanwhile, and a person's word that it is right."""
