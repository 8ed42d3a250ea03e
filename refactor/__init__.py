"""tfmod's engine: lossless, verified rewriting of Terraform code."""

__version__ = "0.1.0"
