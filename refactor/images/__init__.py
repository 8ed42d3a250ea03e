"""Image sites: the places in source whose text decides which container image runs."""
