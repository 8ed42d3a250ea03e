"""What containers really use: measured by a Prometheus-compatible server or read from a file, and what follows for requests and limits.

Import from the modules: what needs no network must not load the libraries for one.
"""
