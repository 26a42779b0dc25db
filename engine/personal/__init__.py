"""What is held of people: listed, held no longer than it is needed, and erased on request without breaking history."""
