"""Trains the reader: one small encoder that finds an answer's words, refuses a near miss and judges support."""
