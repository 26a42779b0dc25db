"""Is all well with this house? One module for each thing that is looked at; nothing is changed, and no letter is sent.

Each says what it found in both languages, under a code that stays: `ok`, `warning` (goes on, and should be seen to),
`error` (does not work), or `unknown` where nobody here can tell.
"""
