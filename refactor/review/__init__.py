"""``tfmod review``: what a change introduces, as an exit code, a report, one comment, and suggestions beside the lines."""
