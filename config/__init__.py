"""What the operator decides: every variable, read and checked in one place."""
