"""Simulated shops whose truth is known."""
