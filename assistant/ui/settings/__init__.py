"""The Settings page: this counter, the shop, offers, calls, people, privacy and backups, changed at once."""
