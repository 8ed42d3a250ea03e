"""Texts and code that tfmod writes, as jinja2 templates."""
