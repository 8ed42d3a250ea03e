resource "kubernetes_manifest" "app" {
  manifest = local.objects[0]
}

locals {
  objects = data.http.objects.response_body
}
