"""What Kubernetes means by what Terraform says: typed views, well-known images, quantities."""
