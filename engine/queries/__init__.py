"""What people ask of a campaign: where everything stands, lists, one thing in full, why, and what comes next.

Every question is asked through an open `Work` and answers only what its actor may see (`engine.access`). Pages go by
the last row's id, never by counting rows off, so that the thousandth page costs what the first one does.
"""
