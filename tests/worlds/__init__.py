"""Simulated shops whose truth is known; never imported by the product."""
