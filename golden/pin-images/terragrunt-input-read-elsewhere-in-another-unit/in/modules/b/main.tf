variable "image" {}

output "image" {
  value = var.image
}
