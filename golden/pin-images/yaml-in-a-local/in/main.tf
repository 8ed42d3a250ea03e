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
