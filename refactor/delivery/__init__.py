"""Where a changeset goes: a diff, the working tree, a branch."""
