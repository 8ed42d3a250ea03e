variable "name" {}

output "image" {
  value = "${var.name}:${local.tag}"
}

locals {
  tag = "latest"
}
