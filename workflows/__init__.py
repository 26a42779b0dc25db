"""Knowledge: what a campaign is. Pure: no I/O, no clock, no framework; imports nothing of ours."""
