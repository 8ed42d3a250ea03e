"""tfmod's own codemods, one file each."""
