"""HCL as bytes: a tree that locates, edits that change spans, formatting of what is inserted, gates that judge the result."""

SUFFIXES = (".tf", ".tofu", ".hcl", ".tfvars")
"""How the names of files end that are HCL."""
