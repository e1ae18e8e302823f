"""Charts painted by small widgets of our own, each with keys and words for a screen reader."""
