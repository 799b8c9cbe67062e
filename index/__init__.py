"""From a folder of files to a searchable index in Chroma. Imports nothing of `assistant` or `prompts`."""
