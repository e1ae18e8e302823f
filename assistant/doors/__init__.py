"""The commands, one file per errand: each reads its words, asks the rooms, and prints what came of it."""
