"""Examples of the codemods that are about workloads: their pages, and some of their tests."""
