"""Measurements beside a bound or a peer; ``python -m benchmarks`` runs them."""
