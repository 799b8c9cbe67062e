"""The commands of `assistant`, by what they are about; assistant/cli/main.py puts them together.

Each imports what it needs when it runs, so that `--help` is quick.
"""
