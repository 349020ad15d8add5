"""What all tests share.

Property tests draw the same examples on every machine, so that a change is judged by itself and
not by luck; ``--hypothesis-profile=wild`` explores further.
"""

from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("wild", deadline=None, max_examples=2000)
settings.load_profile("steady")
