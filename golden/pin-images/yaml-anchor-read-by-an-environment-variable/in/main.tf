resource "kubernetes_manifest" "app" {
  manifest = yamldecode(<<-EOT
    spec:
      containers:
        - image: &image nginx:latest
          env:
            - name: IMAGE
              value: *image
  EOT
  )
}
