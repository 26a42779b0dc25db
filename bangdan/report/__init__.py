"""The report of a rehearsal: values read from the campaign's history, and one self-contained page made of them."""
