"""The Follow-ups page: what is due today for whom, why, and what to say; done, moved or dropped."""
