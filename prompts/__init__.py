"""What is said to a language model: one file a prompt, and load.py, which fills them in."""
