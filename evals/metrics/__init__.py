"""The exact metrics: small pure functions. Nothing here asks a model; an entailment function is handed in."""
