resource "kubectl_manifest" "app" {
  yaml_body = <<YAML
kind: Pod
spec:
  containers:
    - name: web
      image: nginx:latest
YAML

  lifecycle {
    ignore_changes = [yaml_body]
  }
}
