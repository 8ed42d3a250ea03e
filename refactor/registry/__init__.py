"""Container registries: references and tags (no I/O), credentials, transport, verbs, and the look-ups that codemods use.

Import from the modules: what needs no network must not load the libraries for one.
"""
