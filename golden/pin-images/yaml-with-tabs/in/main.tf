resource "kubectl_manifest" "app" {
  yaml_body = file("${path.module}/app.yaml")
}
