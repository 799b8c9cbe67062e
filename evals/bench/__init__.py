"""Benchmarks: what a question and an ingest cost, beside the models alone, beside LlamaIndex's stock pipeline, and as
a corpus grows. `python -m evals.bench --data DIR`; results.json keeps the last figures of each part."""
