"""SQLite, and all SQL on it: functions of a connection that take and give records."""
