resource "kubectl_manifest" "app" {
  yaml_body = <<YAML
spec:
  # image: commented/out:latest
  containers:
    - image: 'nginx:latest'   # single
    -   image:   "redis:7"
        # after
YAML
}
