output "image" {
  value = local.image
