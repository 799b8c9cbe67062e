"""The exact metrics: small pure functions without a model. Callers pass in an entailment function."""
