output "n" {
  value = local.replicas
