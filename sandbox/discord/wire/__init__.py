"""Sockets, rate limits, faults and the transcript."""
