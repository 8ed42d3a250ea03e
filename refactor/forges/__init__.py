"""Forges: GitHub, GitLab, Gitea and Forgejo behind one interface, and what a bot decides about its pull requests."""
