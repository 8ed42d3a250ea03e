resource "kubernetes_manifest" "app" {
  manifest = yamldecode(<<-EOT
    spec:
      initContainers:
        - image: &image nginx:latest
      containers:
        - image: *image
  EOT
  )
}
