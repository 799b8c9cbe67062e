"""Other ways to answer from the same documents, each behind a small adapter, measured as Citewell is.

`python -m evals.peers --model FILE.gguf --into docs/evaluation.md`; requirements.txt says what it needs beyond Citewell's lock.
"""
