"""The room that reads tables people give us, and writes the ones they take away.

Bytes go in, rows with places come out (`reading.read_table`); it stores nothing and knows no database. `specs` says
which columns each roster has, `answers` holds every word the room says back.
"""
