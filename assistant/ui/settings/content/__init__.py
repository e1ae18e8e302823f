"""Settings → Content: what is said, linked, offered together and asked, each with its versions."""
