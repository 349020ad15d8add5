"""Vivant without a chat platform: jobs, scenes, policy, live edits, and the doors they need."""
