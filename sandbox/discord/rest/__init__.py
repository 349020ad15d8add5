"""The REST routes: one table, and thin functions from a request to an act."""
