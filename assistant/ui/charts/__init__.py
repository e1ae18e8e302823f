"""The charts: each painted by a plain object on screen or paper, with one widget that tells it in words."""
