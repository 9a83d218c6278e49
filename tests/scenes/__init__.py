"""The pictures of the README: real runs of the app with a fixed clock and fixed ports.

``python -m tests.scenes`` makes ``screenshots/`` anew; a test makes them again and compares.
"""
