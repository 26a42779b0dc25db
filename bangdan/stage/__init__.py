"""A rehearsal before an audience: put on, paced, and described as plain values for the page that shows it."""
