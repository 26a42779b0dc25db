"""The whole house in one file, and back: a copy that proves what it holds and that never mails by itself."""
