"""The commands of `assistant`, by topic; assistant/cli/main.py registers them.

Each command imports its dependencies when it runs, so that `--help` is fast.
"""
