resource "kubernetes_manifest" "app" {
  manifest = yamldecode(<<-EOT
    apiVersion: apps/v1
    kind: Deployment
    spec:
      template:
        spec:
          containers:
            - name: web
              image: nginx:latest # the front
            - {name: cache, image: "redis:7"}
    EOT
  )
}
