"""Other frameworks on the same documents, each behind a small adapter, measured with the same metrics.

`python -m evals.peers --model FILE.gguf --into docs/evaluation.md`; requirements.txt lists the packages that it needs
in addition to the lock file.
"""
