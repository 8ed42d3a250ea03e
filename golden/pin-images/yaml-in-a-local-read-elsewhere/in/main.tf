resource "kubernetes_manifest" "app" {
  manifest = yamldecode(local.pod)
}

locals {
  pod = <<-EOT
    spec:
      containers:
        - image: nginx:latest
  EOT
}

resource "kubernetes_config_map_v1" "pod" {
  data = { pod = local.pod }
}
