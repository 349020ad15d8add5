"""Names that shape faces: the AI API draws a face from a full name, so nobody types one.

The name follows from the seed, so that the same seed shows the same person; no combination is
meant to be anybody's.
"""

FIRST = (
    "Adela", "Bruno", "Calla", "Dario", "Elsin", "Fabio", "Greta", "Henno", "Ilvy", "Jorin",
    "Kaia", "Lorcan", "Mirela", "Nilo", "Odila", "Petrus", "Quirina", "Runa", "Silvan", "Tamsin",
    "Ulrik", "Vesna", "Wanda", "Xenia", "Yorick", "Zelda", "Amaro", "Brisa", "Cosmo", "Delia",
)  # fmt: skip
LAST = (
    "Ashgrove", "Birkdale", "Castaway", "Dunmore", "Eastlake", "Fairwind", "Goldmoor", "Hartwell",
    "Inverly", "Juniper", "Kestrel", "Larkmead", "Marlowe", "Northway", "Oakhurst", "Pellworth",
    "Quillfeather", "Ravensky", "Silverlea", "Thornbury", "Underhill", "Valemont", "Westerly",
    "Yarrow", "Zephyrine", "Amberley", "Briarstone", "Cloudesley", "Dawntree", "Elmsworth",
)  # fmt: skip


def name_from(seed: str) -> str:
    """The full name that a seed (up to 18 digits) stands for."""
    number = int(seed)
    return f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]}"
