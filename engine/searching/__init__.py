"""Finding nominations and units by a part of a name, in characters or in pinyin."""
