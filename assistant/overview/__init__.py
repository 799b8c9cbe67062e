"""Answers that are no look-ups: what the documents are about, a list, a summary, a comparison, and small talk."""
