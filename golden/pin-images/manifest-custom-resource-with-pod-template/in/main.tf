resource "kubectl_manifest" "pool" {
  yaml_body = <<YAML
apiVersion: acme.io/v1
kind: WorkerPool
spec:
  image: not/ours:latest
  workers:
    podTemplate:
      spec:
        containers:
          - image: nginx:latest
YAML
}
