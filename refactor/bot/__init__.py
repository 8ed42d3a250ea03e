"""The bot: pull requests for groups of changes, kept up to date from run to run."""
