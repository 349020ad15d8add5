"""People, for tests."""
